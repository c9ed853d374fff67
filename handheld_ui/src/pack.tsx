import { render } from "preact";

const Page = () => <h1>Scan a tote</h1>;

const root = document.getElementById("page");
if (root) render(<Page />, root);
