import { branchRatio, lineRatio, percent, type FileCoverage } from "./coverage.js";

/** Coverage as one page that needs nothing else: a table of files, and each file with its lines, how often they ran, and ways not taken. */
export function coverageHtml(files: readonly FileCoverage[]): string {
  const rows = files.map((file, index) => {
    const [lines, branches] = [lineRatio([file]), branchRatio([file])];
    const cell = (ratio: typeof lines): string =>
      `<td class="number">${percent(ratio).toFixed(1)} % <small>${ratio.hit}/${ratio.found}</small></td>`;
    return `<tr><td><a href="#f${index}">${escape(file.name)}</a></td>${cell(lines)}${cell(branches)}</tr>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Coverage of VCL</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Coverage of VCL</h1>
<table><thead><tr><th>File</th><th>Lines</th><th>Branches</th></tr></thead><tbody>${rows.join("\n")}</tbody></table>
${files.map(section).join("\n")}
</main>
</body>
</html>
`;
}

const style = `
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 0; }
main { max-width: 70rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .3rem 1.5rem .3rem 0; border-bottom: 1px solid #8884; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
small { opacity: .7; }
pre { font: 13px/1.5 ui-monospace, monospace; overflow-x: auto; border: 1px solid #8884; border-radius: 4px; padding: .5rem 0; }
.line { display: block; white-space: pre; padding-right: 1rem; }
.line i { font-style: normal; display: inline-block; width: 4rem; text-align: right; opacity: .55; margin-right: .8rem; user-select: none; }
.line b { display: inline-block; width: 4.5rem; text-align: right; font-weight: normal; opacity: .8; margin-right: 1rem; user-select: none; }
.ran { background: #2a92; }
.missed { background: #d332; }
.partly { background: #da02; }
em { font-style: normal; opacity: .8; margin-left: 2rem; }
`;

function section(file: FileCoverage, index: number): string {
  const lines = file.text.replace(/\n$/, "").split("\n");
  const code = lines.map((text, at) => lineHtml(file, text.replace(/\r$/, ""), at + 1)).join("");
  return `<section id="f${index}"><h2>${escape(file.name)}</h2><pre tabindex="0">${code}</pre></section>`;
}

function lineHtml(file: FileCoverage, text: string, line: number): string {
  const count = file.lines.get(line);
  const missed = file.branches.filter((branch) => branch.line === line && branch.count === 0);
  const partly = count !== undefined && count > 0 && missed.length > 0;
  const kind = count === undefined ? "" : count === 0 ? " missed" : partly ? " partly" : " ran";
  const note = partly ? `<em>${missed.length === 1 ? "one way" : `${missed.length} ways`} not taken</em>` : "";
  const times = count === undefined ? "" : `${count}×`;
  return `<span class="line${kind}"><i>${line}</i><b>${times}</b>${escape(text)}${note}</span>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Sources are bytes; a page is UTF-8. */
function escape(text: string): string {
  return Buffer.from(text, "latin1")
    .toString("utf8")
    .replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
