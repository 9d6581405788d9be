/** The tokens of the theme in force, as a canvas needs them. */
export interface MapTones {
  readonly isDark: boolean;
  readonly land: string;
  readonly coast: string;
  readonly border: string;
  readonly moving: string;
  readonly idle: string;
  readonly delayed: string;
  readonly exception: string;
  readonly cell: string;
  readonly panel: string;
  readonly line: string;
  readonly text: string;
  readonly text2: string;
  readonly font: string;
}

export function readTones(): MapTones {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    isDark: document.documentElement.dataset['theme'] !== 'light',
    land: token('land'),
    coast: token('coast'),
    border: token('border'),
    moving: token('moving'),
    idle: token('stale'),
    delayed: token('warn'),
    exception: token('bad'),
    cell: token('cell'),
    panel: token('panel'),
    line: token('line2'),
    text: token('text'),
    text2: token('text2'),
    font: token('font'),
  };
}
