import { cpus, totalmem } from "node:os";

/** What figures depend on. No names: they may be published. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGigabytes: number;
  platform: string;
  node: string;
}

export const thisMachine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? "unknown",
  cores: cpus().length,
  memoryGigabytes: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
});

export const machineLine = ({ cpu, cores, memoryGigabytes, platform, node }: Machine): string =>
  `${cpu}, ${cores} cores, ${memoryGigabytes} GB, ${platform}, Node ${node}`;
