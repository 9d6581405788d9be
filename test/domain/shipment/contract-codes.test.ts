import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLASSIFIERS, EVENT_TYPES, REASONS } from '../../../domain/shipment/index.ts';

const schema = JSON.parse(readFileSync(join(__dirname, '..', '..', '..', 'contracts', 'shipment-event', 'v1.schema.json'), 'utf8')) as {
  properties: { eventType: { enum: string[] }; eventClassifier: { enum: string[] }; reason: { properties: { code: { enum: string[] } } } };
};

/** The state's codes are numbers by place and append-only, so they are a list of their own: it must name what the contract names. */
describe('the codes of the packed state', () => {
  it('name every event type, classifier and reason of the contract', () => {
    const { eventType, eventClassifier, reason } = schema.properties;
    expect([...EVENT_TYPES].sort()).toEqual([...eventType.enum].sort());
    expect([...CLASSIFIERS].sort()).toEqual([...eventClassifier.enum].sort());
    expect([...REASONS].sort()).toEqual(expect.arrayContaining([...reason.properties.code.enum].sort()));
  });
});
