/** A test case of JUnit's XML, with what became of it, and how many seconds it took. */
export function testCase(file: string, name: string, result?: string, seconds?: number): string {
  const time = seconds === undefined ? {} : { time: seconds.toFixed(3) };
  const given = attributes({ name, classname: file, ...time });
  return result === undefined
    ? `    <testcase ${given}/>`
    : `    <testcase ${given}>\n      ${result}\n    </testcase>`;
}

/** An element, empty or with text. */
export function element(name: string, given: Readonly<Record<string, string>>, text?: string): string {
  const open = [name, ...(Object.keys(given).length > 0 ? [attributes(given)] : [])].join(" ");
  return text === undefined ? `<${open}/>` : `<${open}>${escapeXml(text)}</${name}>`;
}

/** Attributes of an element. */
export function attributes(given: Readonly<Record<string, string | number>>): string {
  const escaped = (value: string | number) =>
    escapeXml(String(value)).replace(/[\t\n\r]/g, (space) => `&#${space.charCodeAt(0)};`);
  return Object.entries(given)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(" ");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Text as content of XML 1.0; characters that no document may hold become U+FFFD. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
