import type { JSX } from 'preact';
import type { AlertSummary } from '../../../contracts/api/answers.ts';
import { KINDS, STATES } from '../../model/alerts.ts';
import type { AlertFilter } from '../../model/alerts.ts';
import { regionName } from '../../reference.ts';

interface FiltersProps {
  readonly filter: AlertFilter;
  readonly alerts: readonly AlertSummary[];
  readonly onFilter: (filter: AlertFilter) => void;
}

export function AlertFilters({ filter, alerts, onFilter }: FiltersProps): JSX.Element {
  const set = (change: Partial<AlertFilter>): void => onFilter({ ...filter, ...change });
  const regions = distinct(alerts.map(({ region }) => region), filter.region).map((region) => ({ value: region, text: regionName(region) }));
  const customers = distinct(alerts.map(({ customerId }) => customerId), filter.customer).map((customer) => ({ value: customer, text: customer }));
  return (
    <div class="filters">
      <div class="seg" role="group" aria-label="State">
        {STATES.map((state) => <button key={state} class="btn" type="button" aria-pressed={filter.state === state} onClick={() => set({ state })}>{capital(state)}</button>)}
      </div>
      <Choice name="Severity" any="Any severity" value={filter.severity === null ? null : String(filter.severity)} options={[1, 2, 3, 4].map((most) => ({ value: String(most), text: most === 1 ? 'Severity 1' : `Severity 1–${most}` }))} onChange={(value) => set({ severity: value === null ? null : Number(value) })} />
      <Choice name="Kind" any="Any kind" value={filter.kind} options={Object.entries(KINDS).map(([value, text]) => ({ value, text }))} onChange={(kind) => set({ kind })} />
      <Choice name="Region" any="Any region" value={filter.region} options={regions} onChange={(region) => set({ region })} />
      <Choice name="Customer" any="Any customer" value={filter.customer} options={customers} onChange={(customer) => set({ customer })} />
    </div>
  );
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The chosen one stays a choice when no alert has it any more. */
const distinct = (values: readonly (string | null)[], chosen: string | null): string[] =>
  [...new Set([...values, chosen].filter((value): value is string => value !== null && value !== ''))].sort();

interface ChoiceProps {
  readonly name: string;
  readonly any: string;
  readonly value: string | null;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly onChange: (value: string | null) => void;
}

export function Choice({ name, any, value, options, onChange }: ChoiceProps): JSX.Element {
  return (
    <select aria-label={name} value={value ?? ''} onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}>
      <option value="">{any}</option>
      {options.map((option) => <option key={option.value} value={option.value}>{option.text}</option>)}
    </select>
  );
}
