// Writes docs/diagnostics.md from the tables of src/diagnostics. A test says when it is stale.
import { mkdirSync, writeFileSync } from "node:fs";
import { explainInMarkdown } from "../src/diagnostics/explanations/explain.js";

mkdirSync("docs", { recursive: true });
writeFileSync("docs/diagnostics.md", explainInMarkdown());
