package dev.slipway.apiserver.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Asks the webhooks of ValidatingWebhookConfigurations, all at once.
final class ValidatingWebhooks implements Admission {
  private final Webhooks webhooks;

  ValidatingWebhooks(AdmissionParts parts) {
    webhooks = new Webhooks(parts, "validatingwebhookconfigurations");
  }

  @Override
  public void validate(AdmissionRequest request) {
    List<Webhooks.Call> calls = webhooks.concerned(request);
    if (calls.size() == 1) {
      ask(calls.getFirst(), request);
    } else if (!calls.isEmpty()) {
      askAll(calls, request);
    }
  }

  private void ask(Webhooks.Call call, AdmissionRequest request) {
    var _ = webhooks.ask(call, VersionedRequest.of(request, call.as()));
  }

  private void askAll(List<Webhooks.Call> calls, AdmissionRequest request) {
    AdmissionRequest shared = withOrderlyWarnings(request);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<?>>();
      for (Webhooks.Call call : calls) {
        answers.add(threads.submit(() -> ask(call, shared)));
      }
      for (Future<?> answer : answers) {
        await(answer);
      }
    }
  }

  /// Warnings come from several threads.
  private static AdmissionRequest withOrderlyWarnings(AdmissionRequest request) {
    var lock = new Object();
    return new AdmissionRequest(
        request.operation(),
        request.resource(),
        request.subresource(),
        request.namespace(),
        request.name(),
        request.object(),
        request.old(),
        request.options(),
        request.user(),
        request.dryRun(),
        warning -> {
          synchronized (lock) {
            request.warnings().accept(warning);
          }
        });
  }

  private static void await(Future<?> answer) {
    try {
      answer.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException refusal) {
        throw refusal;
      }
      throw new IllegalStateException(failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }
}
