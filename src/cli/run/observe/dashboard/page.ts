import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../../../package-version.js";

/** The page as it is sent, and what a browser may do for it. */
export interface DashboardPage {
  readonly html: string;
  readonly policy: string;
}

/** Puts style and script into the page, whose policy allows these two texts, its own events, and nothing else. */
export function dashboardPage(): DashboardPage {
  const read = (name: string): string => readFileSync(join(packageFolder(), "dashboard", name), "utf8");
  const style = read("style.css");
  const script = read("page.js");
  const html = read("index.html")
    .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${style}</style>`)
    .replace(/<script [^>]*><\/script>/, () => `<script type="module">${script}</script>`);
  const allowed = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const policy = [
    "default-src 'none'",
    `script-src ${allowed(script)}`,
    `style-src ${allowed(style)}`,
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return { html, policy: policy.join("; ") };
}
