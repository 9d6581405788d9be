/**
 * Just enough XML for S3's answers: the texts of named elements, without attributes, without nesting of the same name.
 * No entity is ever expanded beyond the five of XML and numeric ones, so a hostile answer cannot blow up.
 */
export function elements(xml: string, name: string): string[] {
  const open = `<${name}>`;
  const close = `</${name}>`;
  const found: string[] = [];
  let from = xml.indexOf(open);
  while (from !== -1) {
    const to = xml.indexOf(close, from);
    if (to === -1) break;
    found.push(xml.slice(from + open.length, to));
    from = xml.indexOf(open, to);
  }
  return found;
}

/** The unescaped text of the first element of that name. */
export function firstText(xml: string, name: string): string | undefined {
  const [text] = elements(xml, name);
  return text === undefined ? undefined : unescapeXml(text);
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]{2,4}));/g, (whole, hex?: string, decimal?: string, named?: string) => {
    if (named !== undefined) return NAMED[named] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
