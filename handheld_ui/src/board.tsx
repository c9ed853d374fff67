import { render } from "preact";

const Page = () => <h1>Board</h1>;

const root = document.getElementById("page");
if (root) render(<Page />, root);
