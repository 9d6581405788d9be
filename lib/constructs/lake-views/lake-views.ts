import { CfnTable } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { pascal } from '../../../contracts/platform-names.ts';
import { sqlFiles } from './sql-file.ts';
import type { Databases } from './sql-file.ts';
import { readView, viewTableInput } from './view.ts';
import type { ViewDefinition } from './view.ts';

export interface LakeViewsProps {
  readonly catalogId: string;
  readonly databases: Databases;
}

/** All views, by name. */
export const viewDefinitions = (): ViewDefinition[] => sqlFiles('views').map(readView);

/**
 * The views that analysts read (glue-scripts/sql/views), beside the tables they stand on: names and columns that stay when tables
 * change. A view is text: it may be deployed before its table exists. Database names must be known at synth.
 */
export class LakeViews extends Construct {
  /** Names, `<database>.<view>`. */
  readonly names: readonly string[];

  constructor(scope: Construct, id: string, { catalogId, databases }: LakeViewsProps) {
    super(scope, id);
    const views = viewDefinitions();
    for (const view of views) {
      new CfnTable(this, pascal(view.name.replaceAll('_', '-')), { catalogId, databaseName: databases[view.layer], tableInput: viewTableInput(view, databases) });
    }
    this.names = views.map((view) => `${databases[view.layer]}.${view.name}`);
  }
}
