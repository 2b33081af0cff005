package dev.slipway.inference.artifact;

import dev.slipway.inference.artifact.Download.ChangedException;
import dev.slipway.inference.artifact.Download.Fetched;
import dev.slipway.inference.artifact.RemoteStore.RemoteFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The files of one artifact, several at a time; the first failure stops the others.
final class ParallelDownloads {
  private final Transport transport;
  private final RemoteStore store;
  private final Path part;
  private final Meter meter;

  ParallelDownloads(Transport transport, RemoteStore store, Path part, Meter meter) {
    this.transport = transport;
    this.store = store;
    this.part = part;
    this.meter = meter;
  }

  List<Fetched> run(List<RemoteFile> files)
      throws ArtifactException, ChangedException, IOException, InterruptedException {
    int threads = Math.min(transport.settings().parallelFiles(), files.size());
    ExecutorService pool = Executors.newFixedThreadPool(threads, Thread.ofVirtual().factory());
    try {
      var running = new ExecutorCompletionService<Fetched>(pool);
      for (RemoteFile each : files) {
        Download download = new Download(transport, store, each, part, meter, "");
        running.submit(download::run);
      }
      var done = new ArrayList<Fetched>();
      while (done.size() < files.size()) {
        done.add(running.take().get());
      }
      return done;
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } finally {
      pool.shutdownNow();
      pool.close();
    }
  }

  private static RuntimeException rethrown(@org.jspecify.annotations.Nullable Throwable cause)
      throws ArtifactException, ChangedException, IOException, InterruptedException {
    switch (cause) {
      case ArtifactException e -> throw e;
      case ChangedException e -> throw e;
      case IOException e -> throw e;
      case InterruptedException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> throw new IllegalStateException(cause);
    }
  }
}
