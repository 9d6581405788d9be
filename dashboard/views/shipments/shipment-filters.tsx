import type { JSX } from 'preact';
import { useDesk } from '../../data/desk.ts';
import { REGIONS } from '../../reference.ts';
import { Choice } from '../alerts/alert-filters.tsx';

type Query = Readonly<Record<string, string | undefined>>;

/** Statuses come from the last count, so that only those that occur are offered. */
export function ShipmentFilters({ query, onQuery }: { readonly query: Query; readonly onQuery: (query: Query) => void }): JSX.Element {
  const { overview } = useDesk();
  const statuses = [...new Set([...Object.keys(overview.data?.statuses ?? {}), ...(query['status'] === undefined ? [] : [query['status']])])].sort();
  const set = (name: string, value: string | null): void => onQuery({ ...query, [name]: value ?? undefined });
  return (
    <div class="filters">
      <div class="seg" role="group" aria-label="Delay">
        <button class="btn" type="button" aria-pressed={query['delayed'] !== 'true'} onClick={() => set('delayed', null)}>All</button>
        <button class="btn" type="button" aria-pressed={query['delayed'] === 'true'} onClick={() => set('delayed', 'true')}>Delayed</button>
      </div>
      <Choice name="Status" any="Any status" value={query['status'] ?? null} options={statuses.map((value) => ({ value, text: value }))} onChange={(value) => set('status', value)} />
      <Choice name="Region" any="Any region" value={query['region'] ?? null} options={REGIONS.map(({ region, name }) => ({ value: region, text: name }))} onChange={(value) => set('region', value)} />
      <Field name="carrier" label="Carrier" value={query['carrier']} onChange={(value) => set('carrier', value)} />
      <Field name="customer" label="Customer" value={query['customer']} onChange={(value) => set('customer', value)} />
    </div>
  );
}

function Field({ name, label, value, onChange }: { readonly name: string; readonly label: string; readonly value: string | undefined; readonly onChange: (value: string | null) => void }): JSX.Element {
  return (
    <input class="field" aria-label={label} name={name} placeholder={label} autocomplete="off" spellcheck={false} maxLength={64} value={value ?? ''} onChange={(event) => onChange(event.currentTarget.value.trim() === '' ? null : event.currentTarget.value.trim())} />
  );
}
