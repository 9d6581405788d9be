import { useCallback, useEffect, useState } from 'preact/hooks';

export type Theme = 'dark' | 'light';
const KEY = 'waybill.theme';

/** The person's choice, else what their system prefers. */
export function startTheme(): Theme {
  const chosen = localStorage.getItem(KEY);
  if (chosen === 'dark' || chosen === 'light') return chosen;
  return matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}

export function applyTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
}

export function useTheme(): readonly [Theme, () => void] {
  const [theme, setTheme] = useState<Theme>(startTheme);
  // Before the first paint, and before the map reads its colours.
  applyTheme(theme);
  useEffect(() => localStorage.setItem(KEY, theme), [theme]);
  return [theme, useCallback(() => setTheme((now) => (now === 'dark' ? 'light' : 'dark')), [])];
}
