import { render } from "preact";

const Page = () => <h1>Scan your badge</h1>;

const root = document.getElementById("page");
if (root) render(<Page />, root);
