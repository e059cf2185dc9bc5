import type { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import {
  type ExportState,
  printState,
  type SegmentProgress,
  withGivenUp,
  withIndex,
  withProgress,
} from "./state";

/** Keeps the state of the stream while it is read, and emits it. */
export class ProgressBook {
  private unsaid = false;

  constructor(
    private state: ExportState,
    private readonly emitter: StreamEmitter,
  ) {}

  /** Takes note of how far a segment got; said at the next `emit`. */
  note(segmentId: string, progress: SegmentProgress): void {
    this.state = withProgress(this.state, segmentId, progress);
    this.unsaid = true;
  }

  /** Takes note of how far a segment got, and says it, before anything else can go wrong. */
  async say(segmentId: string, progress: SegmentProgress): Promise<void> {
    this.note(segmentId, progress);
    await this.emit();
  }

  /** Takes note of the index that a complete export left; said at the next `emit`. */
  noteIndex(segmentId: string, index: string): void {
    this.state = withIndex(this.state, segmentId, index);
    this.unsaid = true;
  }

  /** Takes note of the index of whom an export had brought that was given up; said at the next `emit`. */
  noteGivenUp(segmentId: string, index: string): void {
    this.state = withGivenUp(this.state, segmentId, index);
    this.unsaid = true;
  }

  /** Emits the state, which covers every record emitted so far. */
  async emit(): Promise<void> {
    this.unsaid = false;
    await this.emitter.state(printState(this.state));
  }

  /** Emits what was noted and not said yet. */
  async emitUnsaid(): Promise<void> {
    if (this.unsaid) await this.emit();
  }

  /**
   * Forgets an export, so that the next sync asks for a new one; said at the next `emit`, for first it may have
   * to be kept in mind whom it had brought.
   */
  forget(segmentId: string): void {
    this.state = withProgress(this.state, segmentId, undefined);
    this.unsaid = true;
  }

  /** Whether the next sync asks for a new export. */
  hasForgotten(segmentId: string): boolean {
    return !this.state.segments.has(segmentId);
  }

  /** Says that every segment was read to its end. */
  async complete(): Promise<void> {
    this.state = { ...this.state, complete: true };
    await this.emit();
  }
}
