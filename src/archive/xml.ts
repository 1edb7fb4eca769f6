import { escapeUTF8 } from "entities";

/** Attributes and contents of an element, in their order. */
type Attributes = Readonly<Record<string, string | number>>;

// XML 1.0, production [2] Char: what is not one of these cannot be written at all, not even escaped.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are left out
const impossible = /[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Text for XML or HTML; U+FFFD stands for characters that XML does not have. */
export const escapeText = (text: string): string => escapeUTF8(text.replace(impossible, "\ufffd"));

/** An element with escaped attributes; the contents are XML already. */
export function element(name: string, attributes: Attributes, ...contents: readonly string[]): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeText(String(value))}"`);
  const open = `<${name}${given.join("")}`;
  return contents.length === 0 ? `${open}/>` : `${open}>${contents.join("")}</${name}>`;
}

export const declaration = '<?xml version="1.0" encoding="utf-8"?>\n';
