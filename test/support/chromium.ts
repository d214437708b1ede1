import { spawn, spawnSync } from "node:child_process";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { temporaryFolder } from "./cli.js";

/** Whether there is a Chromium here to look at pages with. */
export const hasChromium = spawnSync("chromium", ["--version"], { stdio: "ignore" }).status === 0;

/** A page in a Chromium without a window. */
export interface BrowserPage {
  /** The value of an expression in the page. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Waits until an expression is true. */
  until(expression: string): Promise<void>;
  /** Presses a key, as a keyboard does. */
  press(key: string): Promise<void>;
  colorScheme(scheme: "dark" | "light"): Promise<void>;
  /** The page as a PNG. */
  screenshot(): Promise<Buffer>;
  /** What the console and the page's policy had to complain of. */
  readonly complaints: readonly string[];
}

/** Opens a page; the browser ends with the test. */
export async function openPage(url: string): Promise<BrowserPage> {
  const args = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"];
  const child = spawn("chromium", [...args, `--user-data-dir=${temporaryFolder()}`, "about:blank"]);
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        child.once("exit", () => resolve());
        child.kill("SIGKILL");
      }),
  );
  const port = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.on("exit", () => reject(new Error(text)));
    child.stderr.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const [, found] = /ws:\/\/127\.0\.0\.1:(\d+)/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {
    type: string;
    webSocketDebuggerUrl: string;
  }[];
  const target = targets.find(({ type }) => type === "page");
  return attach(new WebSocket(target?.webSocketDebuggerUrl ?? ""), url);
}

/** Whatever the browser answers. */
type Json = ReturnType<typeof JSON.parse>;
type Reply = {
  readonly id?: number;
  readonly method?: string;
  readonly result?: Json;
  readonly params?: Json;
};

async function attach(socket: WebSocket, url: string): Promise<BrowserPage> {
  const waiting = new Map<number, (result: Json) => void>();
  const complaints: string[] = [];
  await new Promise<void>((resolve) => socket.once("open", () => resolve()));
  socket.on("message", (data: Buffer) => {
    const { id, method, result, params } = JSON.parse(data.toString()) as Reply;
    if (id !== undefined) waiting.get(id)?.(result);
    if (method === "Log.entryAdded") complaints.push(params.entry.text as string);
    if (method === "Runtime.exceptionThrown")
      complaints.push(JSON.stringify(params.exceptionDetails) ?? "exception");
  });
  let last = 0;
  const send = (method: string, params: object = {}): Promise<Json> =>
    new Promise((resolve) => {
      waiting.set(++last, resolve);
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  for (const domain of ["Page", "Runtime", "Log"]) await send(`${domain}.enable`);
  await send("Emulation.setDeviceMetricsOverride", {
    width: 1400,
    height: 1000,
    deviceScaleFactor: 1,
    mobile: false,
  });
  await send("Page.navigate", { url });
  const evaluate = async <Value>(expression: string): Promise<Value> => {
    const { result } = await send("Runtime.evaluate", {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    return result.value as Value;
  };
  return {
    complaints,
    evaluate,
    async until(expression) {
      for (let left = 200; !(await evaluate<boolean>(`Boolean(${expression})`)); left--) {
        if (left === 0) throw new Error(`it did not come true: ${expression}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async press(key) {
      const text = key.length === 1 ? { text: key } : key === "Enter" ? { text: "\r" } : {};
      const code =
        key === "Enter" ? { windowsVirtualKeyCode: 13 } : key === "Tab" ? { windowsVirtualKeyCode: 9 } : {};
      await send("Input.dispatchKeyEvent", { type: "keyDown", key, ...text, ...code });
      await send("Input.dispatchKeyEvent", { type: "keyUp", key, ...code });
    },
    async colorScheme(value) {
      await send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
    },
    async screenshot() {
      const { data } = await send("Page.captureScreenshot", { format: "png" });
      return Buffer.from(data as string, "base64");
    },
  };
}
