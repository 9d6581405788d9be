/** What the template says to publish-site: properties of its custom resource. CloudFormation hands all of them over as texts. */
export interface PublishSiteProperties {
  readonly Bucket: string;
  /** Paths of the page's files: those of the publication before stay for pages that are still open. */
  readonly Files: readonly string[];
  /** Of the files: another one publishes again. */
  readonly ContentHash: string;
  readonly Issuer: string;
  readonly ClientId: string;
  readonly Region: string;
  readonly Environment: string;
  /** `user-pool`: people sign in at Cognito; `issuer`: at the issuer itself. */
  readonly SignInAt: 'user-pool' | 'issuer';
  /** JSON of the environment's `site.tiles`, where it has them. */
  readonly Tiles?: string;
  /** Whether the bucket goes with the stack: then it must be empty. */
  readonly EmptyOnDelete: 'true' | 'false';
}

/** Beside the function's code: the files, and this list of them. */
export const SITE_FOLDER = 'site';
export const SITE_LIST = 'files.json';

/** One entry of that list. */
export interface SiteFile {
  /** Under the site's root, without a leading slash. */
  readonly path: string;
  readonly contentType: string;
  readonly cacheControl: string;
}
