import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { analyticsFiles } from '../../lib/analytics/analytics-files.ts';
import { LakeViews } from '../../lib/constructs/lake-views/lake-views.ts';
import { parseSqlFile } from '../../lib/constructs/lake-views/sql-file.ts';
import { readView } from '../../lib/constructs/lake-views/view.ts';
import { readNamedQuery } from '../../lib/constructs/work-group/named-query.ts';
import { WorkGroup } from '../../lib/constructs/work-group/work-group.ts';

const DATABASES = { silver: 'waybill_test_silver', gold: 'waybill_test_gold', ops: 'waybill_test_ops' };
const EXPECTED_NAMED = ['carrier-league', 'cost-by-customer', 'customers-at', 'data-freshness', 'dwell-by-hub', 'exceptions-by-reason', 'late-by-lane', 'on-time-by-day', 'quality-trend', 'row-lineage', 'shipment-story', 'what-changed'];

function workGroupTemplate(withKey: boolean): Template {
  const stack = new Stack(new App(), 'test');
  const key = withKey ? new Key(stack, 'Key') : undefined;
  new WorkGroup(stack, 'Queries', { environment: 'test', databases: DATABASES, resultsBucket: 'results', key, scanLimitBytes: 10_000_000_000 });
  return Template.fromStack(stack);
}

describe('the work group', () => {
  it('limits what a query reads, and keeps results encrypted in one place whoever asks', () => {
    workGroupTemplate(false).hasResourceProperties('AWS::Athena::WorkGroup', {
      Name: 'waybill-test',
      WorkGroupConfiguration: {
        BytesScannedCutoffPerQuery: 10_000_000_000,
        EnforceWorkGroupConfiguration: true,
        PublishCloudWatchMetricsEnabled: true,
        EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
        ResultConfiguration: { OutputLocation: 's3://results/athena/', EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } },
      },
    });
  });

  it('encrypts results by the environment\'s own key where there is one', () => {
    workGroupTemplate(true).hasResourceProperties('AWS::Athena::WorkGroup', { WorkGroupConfiguration: Match.objectLike({ ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: Match.anyValue() } } }) });
  });

  it('has twelve named queries, each with what its question marks stand for', () => {
    const queries = Object.values(workGroupTemplate(false).findResources('AWS::Athena::NamedQuery')).map(({ Properties }) => Properties as { Name: string; QueryString: string; WorkGroup: string });
    expect(queries.map(({ Name }) => Name).sort()).toEqual(EXPECTED_NAMED);
    for (const { Name, QueryString, WorkGroup: group } of queries) {
      const parameters = QueryString.match(/^-- parameter /gm)?.length ?? 0;
      const marks = QueryString.replaceAll(/^--.*$/gm, '').match(/\?/g)?.length ?? 0;
      expect([Name, group, parameters]).toEqual([Name, 'waybill-test', marks]);
      expect(QueryString).not.toMatch(/\{\w+\}/);
    }
  });
});

describe('views', () => {
  const stack = new Stack(new App(), 'test');
  const { names } = new LakeViews(stack, 'Views', { catalogId: '123456789012', databases: DATABASES });
  const tables = Object.values(Template.fromStack(stack).findResources('AWS::Glue::Table')).map(({ Properties }) => Properties as { DatabaseName: string; TableInput: { Name: string; ViewOriginalText: string; StorageDescriptor: { Columns: { Name: string; Type: string; Comment: string }[] } } });

  it('stand beside the tables of silver and gold, under names that begin with v_', () => {
    expect(tables.map(({ DatabaseName, TableInput }) => `${DatabaseName}.${TableInput.Name}`).sort()).toEqual([...names].sort());
    expect(names).toContain('waybill_test_gold.v_shipment_daily');
    expect(names.every((name) => /^waybill_test_(silver|gold)\.v_\w+$/.test(name))).toBe(true);
  });

  it('are what Athena writes: Presto\'s JSON in base64, with the same columns as the catalog shows, each with a comment', () => {
    expect(tables.length).toBeGreaterThan(10);
    for (const { DatabaseName, TableInput } of tables) {
      const base64 = /^\/\* Presto View: (\S+) \*\/$/.exec(TableInput.ViewOriginalText)?.[1] ?? '';
      const view = JSON.parse(Buffer.from(base64, 'base64').toString('utf8')) as { originalSql: string; schema: string; columns: { name: string; type: string }[] };
      expect(view.schema).toBe(DatabaseName);
      expect(view.columns.map(({ name }) => name)).toEqual(TableInput.StorageDescriptor.Columns.map(({ Name }) => Name));
      expect(TableInput.StorageDescriptor.Columns.filter(({ Comment }) => Comment.length < 4)).toEqual([]);
      // Athena's catalog takes no zone in a view's column.
      expect(view.columns.filter(({ type }) => type.includes('zone'))).toEqual([]);
    }
  });
});

describe('a file that cannot be right is refused by name', () => {
  const view = (text: string): unknown => readView(parseSqlFile('v_x', text));
  it.each([
    ['-- database: bronze\n-- description: x\nSELECT 1', 'v_x.sql: database is bronze; allowed: silver, gold'],
    ['-- database: gold\nSELECT 1', 'v_x.sql: needs one line "-- description: …"'],
    ['-- database: gold\n-- description: x\n-- column a: text | y\nSELECT 1', 'type text is not one of varchar'],
    ['-- database: gold\n-- description: x\n-- column a varchar y\nSELECT 1', 'cannot read "-- column a varchar y"'],
  ])('%s', (text, words) => {
    expect(() => view(text)).toThrow(words);
  });

  it('a parameter of an unknown kind', () => {
    expect(() => readNamedQuery(parseSqlFile('q', '-- description: x\n-- parameter a: text | y | z\nSELECT ?'))).toThrow('Kinds: varchar, bigint, date, timestamp');
  });

  it('a layer that there is not', () => {
    expect(() => parseSqlFile('q', '-- description: x\nSELECT 1 FROM {bronze}.t').sql(DATABASES)).toThrow('there is no layer {bronze}; allowed: {silver}, {gold}, {ops}');
  });
});

it.each([...analyticsFiles()])('docs/analytics/%s is current (npm run generate:analytics writes it)', (path, content) => {
  expect(readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'analytics', path), 'utf8')).toBe(content);
});
