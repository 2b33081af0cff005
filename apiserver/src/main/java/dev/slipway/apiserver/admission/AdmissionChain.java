package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.store.Objects;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The steps in order, as one step: all of them change, then all judge, then all reserve.
public final class AdmissionChain implements Admission {
  private final List<Admission> steps;

  public AdmissionChain(List<Admission> steps) {
    this.steps = List.copyOf(steps);
  }

  /// All steps in the order in which they take their turns upstream
  /// (`pkg/kubeapiserver/options/plugins.go`).
  public static AdmissionChain of(AdmissionParts parts) {
    Objects objects = parts.objects();
    var builtIn =
        new AdmissionChain(
            List.of(
                new NamespaceLifecycle(objects),
                new LimitRanger(objects),
                new ServiceAccounts(objects, RandomSuffix::next),
                new PodSecurity(objects),
                new PodSecurityPolicies(objects, parts.authorizer()),
                new Priority(objects),
                new DefaultTolerations(),
                new DefaultStorageClass(objects),
                new DefaultIngressClass(objects)));
    return new AdmissionChain(
        List.of(
            new MutatingWebhooks(builtIn, parts),
            new ValidatingPolicies(parts),
            new ValidatingWebhooks(parts),
            new ResourceQuotas(objects, new QuotaLedger(objects, parts.clock()))));
  }

  @Override
  public void mutate(AdmissionRequest request) {
    for (Admission step : steps) {
      step.mutate(request);
    }
  }

  @Override
  public void validate(AdmissionRequest request) {
    for (Admission step : steps) {
      step.validate(request);
    }
  }

  /// Holds all reservations or, where one is refused, none.
  @Override
  public Reservation reserve(AdmissionRequest request) {
    Deque<Reservation> held = new ArrayDeque<>();
    try {
      for (Admission step : steps) {
        Reservation next = step.reserve(request);
        if (!next.equals(Reservation.NONE)) {
          held.push(next);
        }
      }
    } catch (RuntimeException refused) {
      held.forEach(Reservation::close);
      throw refused;
    }
    return held.isEmpty() ? Reservation.NONE : () -> held.forEach(Reservation::close);
  }
}
