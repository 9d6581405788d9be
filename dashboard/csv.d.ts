/** esbuild hands a CSV file over as its text. */
declare module '*.csv' {
  const text: string;
  export default text;
}
