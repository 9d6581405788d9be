/** What a query costs on AWS (Athena pricing page, read 20 Nov 2026: 5 USD per TB in eu-central-1 and us-east-1, at least 10 MB a query). */
const USD_PER_TB = 5;
const TB = 2 ** 40;
const MB = 2 ** 20;
const LEAST_MB = 10;
export const PRICE_DATE = 'Nov 2026';

/** Only what reads data costs. */
export function priceUsd({ kind, scannedBytes }: { readonly kind: string; readonly scannedBytes: number }): number {
  if (kind !== 'DML') return 0;
  return (Math.max(Math.ceil(scannedBytes / MB), LEAST_MB) * MB * USD_PER_TB) / TB;
}

/** `28 kB`, `1.2 GB`. */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = n < 1000 ? 0 : Math.min(Math.floor(Math.log10(n) / 3), units.length - 1);
  const value = n / 1000 ** step;
  return `${step > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[step] ?? ''}`;
}
