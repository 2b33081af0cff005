package dev.slipway.dataplane.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.dataplane.model.ModelSettings.Batching;
import dev.slipway.dataplane.model.ModelSettings.Limits;
import dev.slipway.inference.artifact.ArtifactSettings;
import dev.slipway.inference.artifact.Artifacts;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelsTest {
  private static final long ROOM = 1_000_000;

  private final FakeEngine engine = new FakeEngine();
  @TempDir private Path directory;
  private Models models;

  @BeforeEach
  void start() {
    models = models(ROOM);
  }

  private Models models(long budget) {
    return new Models(
        new ModelOpener(
            new Engines(List.of(engine)),
            new Artifacts(ArtifactSettings.at(directory.resolve("cache")))),
        budget);
  }

  @AfterEach
  void end() {
    engine.gate.release(1_000_000);
    models.close();
    await().until(() -> engine.inMemory.get() == 0);
    assertThat(engine.usedAfterClose).hasValue(0);
  }

  private ModelSettings settings(double factor) {
    return ModelSettings.of("m", FakeEngine.file(directory, factor).toString());
  }

  private static Invocation rows(double... values) {
    return Invocation.of(Tensor.ofDoubles("x", new long[] {values.length / 2, 2}, values));
  }

  private double[] ask(double... values) {
    return models.serving("m", "").infer(rows(values), Caller.patient()).getFirst().doubles();
  }

  @Test
  void answersWithTheModelThatWasLoaded() {
    models.load(settings(3)).join();
    assertThat(ask(1, 2)).containsExactly(3, 6);
    assertThat(models.serving("m", "1").version()).isEqualTo("1");
    assertThat(models.ready()).isTrue();
  }

  @Test
  void refusesUnknownNamesAndVersions() {
    models.load(settings(3)).join();
    assertThatThrownBy(() -> models.serving("other", ""))
        .isInstanceOf(ServeException.UnknownModel.class)
        .hasMessage("Model with name other does not exist.");
    assertThatThrownBy(() -> models.serving("m", "7"))
        .isInstanceOf(ServeException.UnknownModel.class)
        .hasMessageContaining("no version 7 (it has: [1])");
  }

  @Test
  void keepsTheOldModelWhenTheNewOneIsBroken() throws Exception {
    models.load(settings(3)).join();
    Files.writeString(directory.resolve("model.fake"), "no number");
    var broken = ModelSettings.of("m", directory.resolve("model.fake").toString());
    assertThatThrownBy(() -> models.load(broken).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(ServeException.LoadFailed.class)
        .hasMessageContaining("holds no number");
    assertThat(ask(1, 2)).containsExactly(3, 6);
  }

  @Test
  void isNotReadyUntilItsFirstModelIs() {
    engine.gate.drainPermits();
    var loading = models.load(settings(3));
    assertThat(models.ready()).isFalse();
    assertThatThrownBy(() -> models.serving("m", "")).isInstanceOf(ServeException.NotReady.class);
    engine.gate.release(1_000_000);
    loading.join();
    assertThat(models.ready()).isTrue();
  }

  @Test
  void reloadsUnderLoadWithoutAFailedRequest() {
    models.load(settings(2)).join();
    var stop = new AtomicBoolean();
    var answered = new AtomicInteger();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var failures = new ArrayList<CompletableFuture<Void>>();
      for (int i = 0; i < 8; i++) {
        failures.add(
            CompletableFuture.runAsync(
                () -> {
                  while (!stop.get()) {
                    assertThat(ask(1, 1)[0]).isIn(2.0, 3.0);
                    answered.incrementAndGet();
                  }
                },
                clients));
      }
      for (int i = 0; i < 40; i++) {
        models.load(settings(2 + i % 2)).join();
      }
      stop.set(true);
      failures.forEach(CompletableFuture::join);
    }
    assertThat(answered.get()).isPositive();
    await().until(() -> engine.inMemory.get() == 1);
  }

  @Test
  void joinsWhatWaitsAndHandsEachItsOwnRows() {
    var batching = new Batching(8, Duration.ofSeconds(30), List.of());
    models.load(settings(2).withBatching(batching)).join();
    engine.calls.clear();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<CompletableFuture<double[]>>();
      for (int i = 0; i < 8; i++) {
        int value = i;
        answers.add(CompletableFuture.supplyAsync(() -> ask(value, value + 0.5), clients));
      }
      for (int i = 0; i < 8; i++) {
        assertThat(answers.get(i).join()).containsExactly(2.0 * i, 2.0 * i + 1);
      }
    }
    assertThat(engine.calls).containsExactly(8);
  }

  @Test
  void aBadRequestDoesNotFailTheBatchItCameWith() {
    var batching = new Batching(4, Duration.ofSeconds(30), List.of());
    models.load(settings(2).withBatching(batching)).join();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var good = new ArrayList<CompletableFuture<double[]>>();
      for (int i = 0; i < 3; i++) {
        good.add(CompletableFuture.supplyAsync(() -> ask(1, 1), clients));
      }
      var bad = CompletableFuture.supplyAsync(() -> ask(-1, 1), clients);
      assertThatThrownBy(bad::join).hasCauseInstanceOf(InvalidInputException.class);
      good.forEach(each -> assertThat(each.join()).containsExactly(2, 2));
    }
  }

  @Test
  void refusesWhatWouldWaitBehindAFullQueue() {
    var limits = new Limits(1, 2, 1, Duration.ofSeconds(30));
    models.load(settings(2).withLimits(limits)).join();
    engine.gate.drainPermits();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<CompletableFuture<double[]>>();
      for (int i = 0; i < 3; i++) {
        answers.add(CompletableFuture.supplyAsync(() -> ask(1, 1), clients));
      }
      await().until(() -> models.serving("m", "").waiting() == 2);
      assertThatThrownBy(() -> ask(1, 1))
          .isInstanceOf(ServeException.Overloaded.class)
          .hasMessage("Model m: 2 requests wait already");
      engine.gate.release(1_000_000);
      answers.forEach(each -> assertThat(each.join()).containsExactly(2, 2));
    }
  }

  @Test
  void givesUpWhenTheTimeIsOver() {
    var limits = new Limits(1, 2, 1, Duration.ofMillis(20));
    models.load(settings(2).withLimits(limits)).join();
    engine.gate.drainPermits();
    assertThatThrownBy(() -> ask(1, 1))
        .isInstanceOf(ServeException.TimedOut.class)
        .hasMessage("Model m gave no answer in time (the limit is 20 ms)");
  }

  @Test
  void keepsAModelInMemoryForACallWhoseCallerGaveUp() {
    var limits = new Limits(1, 2, 1, Duration.ofMillis(200));
    models.load(settings(2).withLimits(limits)).join();
    givesUpAndStaysInMemory();
  }

  @Test
  void keepsAModelInMemoryForABatchWhoseCallersGaveUp() {
    var limits = new Limits(1, 2, 1, Duration.ofMillis(200));
    var batching = new Batching(4, Duration.ZERO, List.of());
    models.load(settings(2).withLimits(limits).withBatching(batching)).join();
    givesUpAndStaysInMemory();
  }

  private void givesUpAndStaysInMemory() {
    engine.gate.drainPermits();
    assertThatThrownBy(() -> ask(1, 1)).isInstanceOf(ServeException.TimedOut.class);
    assertThat(engine.gate.hasQueuedThreads()).isTrue();
    models.unload("m");
    assertThat(engine.inMemory).hasValue(1);
  }

  @Test
  void forgetsARequestWhoseClientIsGone() {
    var limits = new Limits(1, 5, 1, Duration.ofSeconds(30));
    models.load(settings(2).withLimits(limits)).join();
    engine.calls.clear();
    engine.gate.drainPermits();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = CompletableFuture.supplyAsync(() -> ask(1, 1), clients);
      await().until(() -> engine.gate.hasQueuedThreads());
      assertThatThrownBy(() -> models.serving("m", "").infer(rows(1, 1), Runnable::run))
          .isInstanceOf(ServeException.Cancelled.class);
      engine.gate.release(1_000_000);
      first.join();
    }
    assertThat(engine.calls).hasSize(1);
  }

  @Test
  void evictsWhatWasUsedLeastRecentlyAndLoadsItAgainWhenAsked() {
    models.close();
    models = models(2_500);
    for (var name : List.of("a", "b", "c")) {
      var file = FakeEngine.file(directory, 2);
      models.load(ModelSettings.of(name, file.toString())).join();
    }
    assertThat(models.find("a").orElseThrow().versions().getFirst().state())
        .isEqualTo(ModelState.COLD);
    assertThat(models.ready()).isTrue();
    assertThat(models.memoryBytes()).isEqualTo(2_000);
    var answer = models.serving("a", "").infer(rows(1, 1), Caller.patient());
    assertThat(answer.getFirst().doubles()).containsExactly(2, 2);
    assertThat(models.find("b").orElseThrow().versions().getFirst().state())
        .isEqualTo(ModelState.COLD);
    assertThat(engine.inMemory).hasValue(2);
  }

  @Test
  void refusesAModelThatNeverFits() {
    models.close();
    models = models(500);
    assertThatThrownBy(() -> models.load(settings(2)).join())
        .hasMessageContaining("model m takes 1000 bytes, all models together may take 500");
  }

  @Test
  void unloadsForGood() {
    models.load(settings(2)).join();
    models.unload("m");
    assertThatThrownBy(() -> ask(1, 1)).isInstanceOf(ServeException.UnknownModel.class);
    assertThatThrownBy(() -> models.unload("m")).isInstanceOf(ServeException.UnknownModel.class);
  }

  @Test
  void comparesInputsWithTheSignatureWhereAsked() {
    models.load(settings(2).withChecksInputs(true)).join();
    var wide = Tensor.ofDoubles("x", new long[] {1, 3}, new double[3]);
    var model = models.serving("m", "");
    assertThatThrownBy(() -> model.infer(Invocation.of(wide), Caller.patient()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("model m: input \"x\" is FP64[1, 3], expected FP64[-1, 2]");
  }

  @Test
  void answersEqualRequestsFromMemoryWhereAsked() {
    models.load(settings(2).withCachesAnswers(true)).join();
    engine.calls.clear();
    assertThat(ask(1, 1)).containsExactly(2, 2);
    assertThat(ask(1, 1)).containsExactly(2, 2);
    assertThat(ask(1, 2)).containsExactly(2, 4);
    assertThat(engine.calls).hasSize(2);
    assertThat(models.serving("m", "").stats().cacheHits()).isEqualTo(1);
  }
}
