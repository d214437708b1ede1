import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { challengeOf, CommandSession } from "../../src/runtime/command/index.js";
import { responseTo } from "../../src/runtime/command/authentication.js";
import { commandTable } from "../../src/runtime/command/table.js";
import { formatReply } from "../../src/runtime/command/reply.js";
import { command, controlOf, openSession, replies } from "../support/control.js";

const banner = "Varnish Cache CLI 1.0";

describe("replies", () => {
  test("a reply is 13 bytes of status and length, the body, a line feed", () => {
    expect(formatReply({ status: 200, body: "PONG 1 1.0" })).toBe("200 10      \nPONG 1 1.0\n");
    expect(formatReply({ status: 500, body: "" })).toBe("500 0       \n\n");
  });

  test("a body over 64k is cut, and 200 becomes 201; other statuses stay", () => {
    const body = "x".repeat(70_000);
    expect(formatReply({ status: 200, body })).toBe(`201 65536   \n${"x".repeat(65536)}\n`);
    expect(formatReply({ status: 106, body }).slice(0, 13)).toBe("106 65536   \n");
  });
});

describe("requests", () => {
  test("however they arrive, each is answered in order; empty lines and a leading minus do not count", async () => {
    const session = openSession();
    const text = "ping\n\n  \r\n-status\nnosuch\r\n";
    const got: string[] = [];
    for (const char of text) got.push(...(await replies(session, char)));
    expect(got.map((reply) => reply.slice(0, 3))).toEqual(["200", "200", "101"]);
    expect(await replies(openSession(), text)).toHaveLength(3);
  });

  test("statuses: 100 for quoting, 101 unknown, 102 no JSON, 104 and 105 for the count", async () => {
    const session = openSession();
    expect(await command(session, 'ping"')).toEqual([100, "Syntax Error: Invalid '\"'\n"]);
    expect(await command(session, '"ping')).toEqual([100, "Syntax Error: Missing '\"'\n"]);
    expect(await command(session, '"\\q"')).toEqual([100, "Syntax Error: Invalid backslash sequence\n"]);
    expect(await command(session, "nosuch")).toEqual([101, "Unknown request.\nType 'help' for more info.\n"]);
    expect((await command(session, "Ping"))[1]).toContain("All commands are in lower-case.");
    expect(await command(session, "banner -j")).toEqual([102, "JSON unimplemented\n"]);
    expect(await command(session, "vcl.use")).toEqual([104, "Too few parameters\n"]);
    expect(await command(session, "vcl.list -j -j")).toEqual([105, "Too many parameters\n"]);
    expect(await command(session, "constructor")).toEqual([101, expect.any(String)]);
  });

  test("a here-document is the last word of its command", async () => {
    const session = openSession();
    const text = "vcl.inline a << EOF\nvcl 4.1;\r\nbackend default none;\nEOF\nvcl.show a\n";
    const [loaded, shown] = await replies(session, text);
    expect(loaded).toBe("200 0       \n\n");
    expect(shown?.slice(13)).toBe("vcl 4.1;\nbackend default none;\n\n");
  });

  test("binary is a request like any other, and unknown", async () => {
    const session = openSession();
    const bytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join("");
    for (const reply of await replies(session, `${bytes}\n`)) expect(reply).toMatch(/^10[01] /);
    expect((await command(session, "ping"))[0]).toBe(200);
  });

  test("no bytes, in whatever portions, make a session throw; it answers ping after them", async () => {
    const word = fc.oneof(
      fc.constantFrom(
        ...commandTable.map(({ name }) => name),
        "-j",
        "-p",
        "-v",
        "<<",
        "EOF",
        "*",
        '"',
        "\\",
        "\n",
      ),
      fc.string({ unit: "binary", maxLength: 6 }).map((text) => text.replace(/[^\0-\xff]/g, "?")),
    );
    const portions = fc.array(
      fc.array(word, { maxLength: 6 }).map((words) => words.join(" ")),
      { maxLength: 6 },
    );
    const property = fc.asyncProperty(portions, async (texts) => {
      const session = openSession();
      for (const text of texts) {
        for (const reply of await replies(session, text)) expect(reply).toMatch(/^\d{3} \d+ *\n/);
      }
      const last = await replies(session, '\nEOF\n"\n\nping\n');
      if (!/<</.test(texts.join(""))) expect(last.at(-1)).toMatch(/^200 .*\nPONG/);
    });
    await fc.assert(property, { numRuns: 200 });
  });

  test("a request, or a here-document, without end ends the session and is not kept", async () => {
    for (const start of ["", "vcl.inline a << EOF\n"]) {
      const session = openSession();
      let last: string[] = [];
      const portion = start === "" ? "x".repeat(1 << 20) : `${"x".repeat(1023)}\n`.repeat(1024);
      last = await replies(session, start);
      for (let i = 0; i < 6 && last.length === 0; i++) {
        session.receive(portion);
        const reply = await session.next();
        if (reply) {
          expect(reply).toMatchObject({ close: true });
          last = [reply.text];
        }
      }
      expect(last[0]).toMatch(/^500 \d+ *\nCommands of more than 4 MB are not taken\n/);
    }
  });

  test("what breaks inside a command is its reply", async () => {
    const control = controlOf();
    const broken = {
      ...control,
      compiler: { ...control.compiler, text: () => Promise.reject(new Error("oops")) },
    };
    const session = openSession(broken);
    expect(await command(session, "vcl.inline a x")).toEqual([300, "oops"]);
    expect((await command(session, "ping"))[0]).toBe(200);
  });
});

describe("the secret", () => {
  const challenge = challengeOf(Uint8Array.from({ length: 32 }, (_, at) => at * 7));
  const strangers = (): CommandSession =>
    new CommandSession({ control: controlOf(), secret: "\u00ffsecret\n", challenge });

  test("a challenge is 32 letters; without a secret the banner comes at once", () => {
    expect(challenge).toMatch(/^[a-z]{32}$/);
    expect(strangers().greeting()).toBe(`107 59      \n${challenge}\n\nAuthentication required.\n\n`);
    expect(openSession().greeting()).toContain(banner);
  });

  test("the right answer opens everything, in upper case too", async () => {
    for (const change of [(text: string) => text, (text: string) => text.toUpperCase()]) {
      const session = strangers();
      const [reply] = await replies(session, `auth ${change(responseTo(challenge, "\u00ffsecret\n"))}\n`);
      expect(reply).toContain(banner);
      expect((await command(session, "vcl.list"))[0]).toBe(200);
    }
  });

  test("a wrong answer closes, late", async () => {
    for (const wrong of [
      "00",
      responseTo(challenge, "other"),
      `${responseTo(challenge, "\u00ffsecret\n")}0`,
    ]) {
      const session = strangers();
      session.receive(`auth ${wrong}\n`);
      expect(await session.next()).toEqual({ text: "500 0       \n\n", close: true, delay: true });
    }
  });

  test("before it only help, ping and quit; anything else closes, and no here-document is taken", async () => {
    const session = strangers();
    expect((await command(session, "ping"))[0]).toBe(200);
    expect((await command(session, "help"))[0]).toBe(200);
    for (const line of ["vcl.list", "banner", "vcl.inline a << EOF", "x".repeat(500)]) {
      const other = strangers();
      other.receive(`${line}\n`);
      expect(await other.next()).toMatchObject({ close: true, text: expect.stringMatching(/^101 /) });
    }
  });

  test("a stranger's line is cut at 80 characters, also when it never ends", async () => {
    const session = strangers();
    for (let i = 0; i < 100; i++) session.receive(" ".repeat(100_000));
    session.receive("ping\n");
    expect(await session.next()).toBeUndefined();
    expect((await command(session, "ping"))[0]).toBe(200);
  });

  test("without a secret file, auth says so", async () => {
    expect(await command(openSession(), "auth 00")).toEqual([300, "Secret file not configured"]);
  });
});
