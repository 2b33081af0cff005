package dev.slipway.apiserver.admission;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The steps in order, as one step: all of them change, then all judge, then all reserve.
public final class AdmissionChain implements Admission {
  private final List<Admission> steps;

  public AdmissionChain(List<Admission> steps) {
    this.steps = List.copyOf(steps);
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
