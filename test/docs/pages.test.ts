import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { diagnosticCodes } from "../../src/diagnostics/catalog.js";
import { generatedFolders, generatedPages } from "../../scripts/docs/pages.js";

describe("pages made from the sources (npm run docs writes them)", () => {
  test("are up to date", async () => {
    const pages = await generatedPages();
    const stale = [...pages].filter(
      ([path, text]) => !existsSync(path) || readFileSync(path, "utf8") !== text,
    );
    expect(stale.map(([path]) => path)).toEqual([]);
  });

  test("name every diagnostic in their index", () => {
    const index = links("docs/diagnostics.md");
    expect(diagnosticCodes.filter((code) => !index.includes(`diagnostics/${code}.md`))).toEqual([]);
  });

  test("are all that stands in their folders", async () => {
    const pages = await generatedPages();
    const found = generatedFolders.flatMap((folder) =>
      readdirSync(folder).map((name) => `${folder}/${name}`),
    );
    expect(found.filter((path) => !pages.has(path))).toEqual([]);
  });
});

const pages = [
  "README.md",
  "ARCHITECTURE.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

describe("links of the documentation", () => {
  test("lead to files and headings that are there", () => {
    expect(pages.flatMap((page) => deadLinks(page).map((link) => `${page}: ${link}`))).toEqual([]);
  });

  test("lead from docs/index.md to every page that is written by hand", () => {
    const linked = links("docs/index.md").map((link) => join("docs", link.replace(/#.*/, "")));
    const written = readdirSync("docs").filter((name) => name.endsWith(".md") && name !== "index.md");
    expect(written.map((name) => join("docs", name)).filter((page) => !linked.includes(page))).toEqual([]);
  });
});

function deadLinks(page: string): readonly string[] {
  return links(page).filter((link) => {
    const [path = "", heading] = link.split("#");
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(target)) return true;
    return heading !== undefined && !headings(target).includes(heading);
  });
}

/** Links of a page to other files of the project, code left out. */
function links(page: string): readonly string[] {
  const text = withoutCode(readFileSync(page, "utf8"));
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
}

/** The anchors of a page's headings, as GitHub makes them. */
function headings(page: string): readonly string[] {
  const titles = withoutCode(readFileSync(page, "utf8")).matchAll(/^#+ (.+)$/gm);
  return [...titles].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, "")
      .replace(/ /g, "-"),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^(`{3,})[\s\S]*?^\1/gm, "").replace(/`[^`\n]*`/g, "");
}
