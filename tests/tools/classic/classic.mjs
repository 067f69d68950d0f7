// Drives the classic Jupyter notebook in a headless browser with the kernel that JUPYTER_DATA_DIR offers.
//
// usage: node classic.mjs PYTHON CHROMIUM FOLDER [PICTURE]
//
// Prints one line a check, `ok NAME` or `FAILED NAME: why`; the exit code is 1 where any failed. FOLDER is the server's and stays as it
// was left, screenshots included. PICTURE is where a picture of the finished notebook is saved.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import path from "node:path";
import { chromium } from "playwright-core";

const [python, browserPath, folder, picture] = process.argv.slice(2);
const token = "conformance";
const patience = 30_000;

const port = await new Promise(found => {
  const probe = createServer().listen(0, "127.0.0.1", () => {
    const { port } = probe.address();
    probe.close(() => found(port));
  });
});
const server = spawn(python, [
  "-m", "notebook", "--no-browser", "--allow-root", "--ip=127.0.0.1", `--port=${port}`, "--port-retries=0", `--notebook-dir=${folder}`,
  `--NotebookApp.token=${token}`, "--NotebookApp.quit_button=False",
], { stdio: ["ignore", "ignore", "pipe"], cwd: folder });
let log = "";
const home = `http://127.0.0.1:${port}/`;
const ready = new Promise((found, failed) => {
  server.stderr.on("data", text => {
    log += text;
    if (log.includes("is running at")) found();
  });
  server.on("exit", code => failed(new Error(`the notebook server ended with ${code}: ${log}`)));
});

let failures = 0;
async function check(name, run) {
  try {
    await run();
    console.log(`ok ${name}`);
  } catch (e) {
    failures++;
    console.log(`FAILED ${name}: ${String(e.message ?? e).replaceAll("\n", " | ").slice(0, 1000)}`);
    if (page) await page.screenshot({ path: path.join(folder, `failed-${name}.png`) }).catch(() => {});
  }
}
function assert(condition, what) {
  if (!condition) throw new Error(what);
}

const problems = [];
function watch(p) {
  p.on("console", m => { if (m.type() === "error") problems.push(m.text()); });
  p.on("pageerror", e => problems.push(e.message));
  p.setDefaultTimeout(patience);
}

// The last cell: types code as a user does, and runs it.
async function type(code) {
  await page.locator(".cell.selected .CodeMirror").last().click();
  await page.keyboard.insertText(code);
}
async function run(code) {
  const cells = page.locator(".code_cell"), index = await cells.count() - 1;
  await cells.nth(index).locator(".CodeMirror").click();
  await page.keyboard.insertText(code);
  await page.keyboard.press("Shift+Enter");
  return cells.nth(index);
}
async function ended(cell) {
  await page.waitForFunction(i => /\d/.test(document.querySelectorAll(".code_cell")[i].querySelector(".input_prompt").textContent),
    await cell.evaluate(e => [...document.querySelectorAll(".code_cell")].indexOf(e)));
  return (await cell.locator(".output").innerText()).trim();
}

let browser, page;
try {
  await ready;
  browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-gpu"] });
  const context = await browser.newContext({ viewport: { width: 1000, height: 900 } });
  page = await context.newPage();
  watch(page);

  await check("new_notebook", async () => {
    await page.goto(`${home}tree?token=${token}`);
    await page.locator("#new-dropdown-button").click();
    const opened = context.waitForEvent("page");
    await page.locator("#kernel-interp a", { hasText: "C# (interp)" }).click();
    page = await opened;
    watch(page);
    await page.waitForFunction(() => window.Jupyter?.notebook?.kernel?.info_reply?.implementation === "interp");
    await page.locator(".kernel_idle_icon").waitFor();
  });
  await check("run_a_cell", async () => {
    const text = await ended(await run("var answer = 6 * 7;\nanswer"));
    assert(text.includes("42"), text);
  });
  await check("highlighting_is_that_of_csharp", async () => {
    assert(await page.locator(".code_cell .cm-keyword").count() + await page.locator(".code_cell .cm-variable-3, .code_cell .cm-type").count() > 0, "no keyword is coloured");
  });
  await check("complete_with_tab", async () => {
    await type("var word = \"\u{1F642}\"; word.Subst");
    await page.keyboard.press("Tab");
    try {
      await page.waitForFunction(() => Jupyter.notebook.get_selected_cell().get_text() === "var word = \"\u{1F642}\"; word.Substring");
    } finally {
      await page.evaluate(() => Jupyter.notebook.get_selected_cell().set_text(""));
    }
  });
  await check("plot", async () => {
    const cell = await run("Plot.Loss([1e5, 2e5, 3e5, 4e5], [4.2, 3.1, 1.6, 1.2], title: \"Loss\")");
    await cell.locator(".js-plotly-plot .main-svg").first().waitFor();
    assert(await cell.locator(".js-plotly-plot .scatterlayer path").count() > 0, "the plot has no line");
  });
  await check("table_and_html", async () => {
    const cell = await run("HTML(\"<b id='bold'>bold</b>\")");
    await cell.locator("b#bold").waitFor();
  });
  await check("error_names_the_line", async () => {
    const text = await ended(await run("int zero = 0;\n1 / zero"));
    assert(text.includes("DivideByZeroException") && text.includes("line 2"), text);
  });
  await check("input", async () => {
    const cell = await run("\"Hello, \" + Input(\"Your name? \")");
    const field = cell.locator(".raw_input");
    await field.waitFor();
    await field.fill("Ada");
    await field.press("Enter");
    const text = await ended(cell);
    assert(text.includes("Hello, Ada"), text);
  });
  await check("interrupt", async () => {
    const cell = await run("Console.WriteLine(\"running\");\nwhile (true) { }");
    await cell.locator(".output_stdout").waitFor();
    await page.locator("button[data-jupyter-action='jupyter-notebook:interrupt-kernel']").click();
    const text = await ended(cell);
    assert(text.includes("Interrupted"), text);
  });
  await check("restart", async () => {
    await page.locator("button[data-jupyter-action='jupyter-notebook:confirm-restart-kernel']").click();
    await page.locator(".modal-dialog button", { hasText: "Restart" }).click();
    await page.waitForFunction(() => !document.querySelector(".modal-dialog"));
    await page.locator(".kernel_idle_icon").waitFor();
    const text = await ended(await run("answer"));
    assert(text.includes("answer") && text.includes("CS0103"), text);
  });
  await check("save_with_outputs", async () => {
    await page.evaluate(() => Jupyter.notebook.save_notebook());
    const saved = await page.evaluate(() => Jupyter.notebook.contents.get(Jupyter.notebook.notebook_path, { type: "notebook" }).then(m => m.content));
    assert(saved.metadata.kernelspec.name === "interp" && saved.metadata.language_info.name === "csharp", JSON.stringify(saved.metadata));
    assert(JSON.stringify(saved.cells).includes("application/vnd.plotly.v1+json"), "the figure is not in the file");
  });
  await check("console_has_no_errors", async () => {
    assert(problems.length === 0, problems.join(" | "));
  });
  await page.screenshot({ path: picture ?? path.join(folder, "notebook.png"), fullPage: true });
} finally {
  await browser?.close();
  server.removeAllListeners("exit");
  const gone = new Promise(done => server.on("exit", done));
  server.kill("SIGTERM");
  if (await Promise.race([gone.then(() => true), wait(10_000, false)]) === false) server.kill("SIGKILL");
}
process.exit(failures ? 1 : 0);
