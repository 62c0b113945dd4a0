/** Where the contents of files are kept: in a bucket, if there is one. */
import { join } from 'node:path';
import type { Files } from '../ports/files.ts';
import { DiskFiles } from './disk.ts';
import { MemoryFiles } from './memory.ts';
import { S3Files } from './s3.ts';

export { BucketError } from './s3.ts';

export interface FilesOptions {
  readonly s3Endpoint: string | undefined;
  readonly s3Bucket: string | undefined;
  readonly s3Region: string;
  readonly s3AccessKeyId: string | undefined;
  readonly s3SecretAccessKey: string | undefined;
}

/** `folder`: the data folder, if there is one. @throws BucketError */
export async function openFiles(options: FilesOptions, folder: string | undefined): Promise<Files> {
  const local = folder === undefined ? new MemoryFiles() : new DiskFiles(join(folder, 'files'));
  const { s3Endpoint: endpoint, s3Bucket: bucket, s3Region: region } = options;
  const { s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey } = options;
  const isComplete =
    endpoint !== undefined && bucket !== undefined && accessKeyId !== undefined && secretAccessKey !== undefined;
  return isComplete ? S3Files.open({ endpoint, bucket, region, accessKeyId, secretAccessKey }, local) : local;
}
