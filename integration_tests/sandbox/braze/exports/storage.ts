/** Where a workspace's segment exports go. */
export type ExportStorage =
  /** No cloud storage connected: the answer holds a download link. */
  | { kind: "link" }
  /** An S3 bucket connected in "Technology Partners"; rootPath as set there, without slashes at the ends. */
  | {
      kind: "s3";
      /** default: AWS */
      endpoint?: string;
      bucket: string;
      region: string;
      accessKeyId: string;
      secretAccessKey: string;
      rootPath?: string;
    };
