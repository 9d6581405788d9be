/** What must hold of every picture: nothing sticks out, nothing covers anything, axe finds nothing. Runs in the page. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

/** Sideways scrolling, and texts that are wider than their box without saying so by an ellipsis. */
export async function overflows(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const { scrollWidth } = document.documentElement;
    if (scrollWidth > innerWidth) found.push(`the page is ${scrollWidth} px wide in a window of ${innerWidth}`);
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      const style = getComputedStyle(element);
      const rect = element.getBoundingClientRect();
      const isShown = rect.width > 0 && rect.height > 0 && style.visibility !== 'hidden' && element.closest('.vh, .skip, dialog:not([open]), svg') === null;
      if (!isShown) continue;
      const isCut = style.overflowX === 'hidden' && style.textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 1;
      const isOut = style.position !== 'fixed' && (rect.right > innerWidth + 1 || rect.left < -1);
      if (isCut || isOut) found.push(`${isCut ? 'cut' : 'out of the window'}: ${element.tagName.toLowerCase()}.${element.className} "${element.innerText.slice(0, 40)}"`);
    }
    return found;
  });
}

/** Texts and controls whose boxes lie over one another, within what is seen of them. */
export async function overlaps(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const isFixed = (element: Element): boolean => element.closest('.nav, .toast, .menu, .card, .zoom, .mapnote') !== null;
    const clipped = (element: Element): { left: number; right: number; top: number; bottom: number } => {
      const rect = element.getBoundingClientRect();
      let { left, right, top, bottom } = rect;
      for (let box = element.parentElement; box !== null; box = box.parentElement) {
        if (getComputedStyle(box).overflowY === 'visible') continue;
        const own = box.getBoundingClientRect();
        [left, right, top, bottom] = [Math.max(left, own.left), Math.min(right, own.right), Math.max(top, own.top), Math.min(bottom, own.bottom)];
      }
      return { left, right, top, bottom };
    };
    const boxes = [...document.querySelectorAll<HTMLElement>('body a, body button, body input, body select, body td, body th, body dt, body dd, body h1, body h2, body p, body .chip, body .sev')]
      .filter((element) => element.closest('.vh, .skip, .toast, dialog:not([open]), svg, [aria-hidden]') === null && !isFixed(element) && !element.classList.contains('vh'))
      .map((element) => ({ element, rect: clipped(element) }))
      .filter(({ rect }) => rect.right - rect.left > 1 && rect.bottom - rect.top > 1);
    const found: string[] = [];
    for (const [index, a] of boxes.entries()) {
      for (const b of boxes.slice(index + 1)) {
        if (a.element.contains(b.element) || b.element.contains(a.element)) continue;
        // A sticky head lies over the rows that scroll under it.
        if (a.element.closest('thead') !== null || b.element.closest('thead') !== null) continue;
        const wide = Math.min(a.rect.right, b.rect.right) - Math.max(a.rect.left, b.rect.left);
        const high = Math.min(a.rect.bottom, b.rect.bottom) - Math.max(a.rect.top, b.rect.top);
        if (wide > 2 && high > 2) found.push(`"${a.element.innerText.slice(0, 30)}" (${a.element.tagName}.${a.element.className}) and "${b.element.innerText.slice(0, 30)}" (${b.element.tagName}.${b.element.className})`);
      }
    }
    return found;
  });
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult { violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[] }

/** axe is put into the page by the debugger, which no policy forbids. The size of targets (WCAG 2.2) is off in it unless asked for. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(async () => (window as unknown as { axe: { run: (options: object) => Promise<unknown> } }).axe.run({ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })) as AxeResult;
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 160)} ${failureSummary?.split('\n').slice(1).join(' ') ?? ''}`));
}
