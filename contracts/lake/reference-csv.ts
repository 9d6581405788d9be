/** CSV as reference files are written: a header, commas, quotes only where a value has a comma. */
import { ContractFileError } from '../descriptor.ts';

/** Rows by column name. @throws ContractFileError naming the line that has too few or too many values */
export function parseCsv(text: string, file: string): readonly Readonly<Record<string, string>>[] {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const columns = head.split(',');
  return lines.map((line, index) => {
    const values = valuesOf(line);
    if (values.length !== columns.length) throw new ContractFileError(file, [{ field: `line ${index + 2}`, got: line, allowed: `${columns.length} values: ${head}`, example: lines[0] }]);
    return Object.fromEntries(columns.map((column, at) => [column, values[at] ?? '']));
  });
}

const valuesOf = (line: string): string[] => [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
