import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { KEYS } from './keys.ts';

/** The list of keys, as a dialog. */
export function Help({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={onClose}>
      <h2 id="help-title">Keyboard</h2>
      <dl class="kv">{KEYS.map(([key, text]) => [<dt key={key}><kbd>{key}</kbd></dt>, <dd key={`${key} text`}>{text}</dd>])}</dl>
      <button class="btn" type="button" onClick={onClose}>Close</button>
    </dialog>
  );
}
