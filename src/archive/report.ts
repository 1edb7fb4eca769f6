import { escapeText } from "./xml.ts";

/** What an export or an import came to, for a page. */
export interface Report {
  readonly title: string;
  readonly facts: readonly (readonly [string, string | number])[];
  readonly headers: readonly string[];
  readonly rows: Iterable<readonly (string | number)[]>;
  readonly notes: Iterable<string>;
}

/** A report as one HTML page that needs nothing else, in pieces: it may have a row for each of many rooms. */
export function* reportHtml({ title, facts, headers, rows, notes }: Report): Iterable<string> {
  const cell = (tag: "td" | "th", content: string | number): string =>
    `<${tag}>${escapeText(String(content))}</${tag}>`;
  const line = (tag: "td" | "th", cells: readonly (string | number)[]): string =>
    `<tr>${cells.map((content) => cell(tag, content)).join("")}</tr>`;
  yield `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeText(title)}</title>
<style>
body { font: 1rem/1.5 sans-serif; margin: 2rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border: 1px solid #999; padding: 0.2rem 0.6rem; text-align: left; vertical-align: top; }
</style>
</head>
<body>
<h1>${escapeText(title)}</h1>
<table>
${facts.map(([name, value]) => `<tr>${cell("th", name)}${cell("td", value)}</tr>`).join("\n")}
</table>
<table>
<thead>${line("th", headers)}</thead>
<tbody>
`;
  yield* lines(rows, (cells) => line("td", cells));
  yield `</tbody>
</table>
<ul>
`;
  yield* lines(notes, (note) => `<li>${escapeText(note)}</li>`);
  yield `</ul>
</body>
</html>
`;
}

/** One line for each item; an empty one without any. */
function* lines<T>(items: Iterable<T>, text: (item: T) => string): Iterable<string> {
  let isEmpty = true;
  for (const item of items) {
    isEmpty = false;
    yield `${text(item)}\n`;
  }
  if (isEmpty) yield "\n";
}
