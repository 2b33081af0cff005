package dev.slipway.inference.artifact;

import dev.slipway.inference.artifact.Progress.State;

/// Counts the bytes of one artifact across its files and tells the listener, every so many bytes.
final class Meter {
  /// Bytes between two reports of the same file.
  private static final long STEP_BYTES = 256 * 1024;

  private final String uri;
  private final Progress.Listener listener;
  private long bytes;
  private long totalBytes = -1;
  private long resumedBytes;
  private long reportedBytes;

  Meter(String uri, Progress.Listener listener) {
    this.uri = uri;
    this.listener = listener;
  }

  synchronized void total(long value) {
    totalBytes = value;
  }

  synchronized void state(State state) {
    listener.progress(new Progress(uri, state, "", bytes, totalBytes, resumedBytes));
  }

  synchronized void resumed(String file, long count) {
    bytes += count;
    resumedBytes += count;
    report(file);
  }

  /// A partial file turned out to be of no use.
  synchronized void discarded(long count, boolean wasResumed) {
    bytes -= count;
    resumedBytes -= wasResumed ? count : 0;
  }

  synchronized void read(String file, long count) {
    bytes += count;
    if (bytes - reportedBytes >= STEP_BYTES) {
      report(file);
    }
  }

  synchronized void fileDone(String file) {
    report(file);
  }

  private void report(String file) {
    reportedBytes = bytes;
    listener.progress(new Progress(uri, State.DOWNLOADING, file, bytes, totalBytes, resumedBytes));
  }
}
