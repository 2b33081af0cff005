package dev.slipway.apiserver.admission;

import java.time.Instant;

/// What one object uses of its namespace's quotas.
///
/// @param count by number, whatever state the object is in (`count/…` and the plain counts)
/// @param live used only while a pod runs: `pods`, compute
/// @param ends when `live` stops to count by itself: a pod whose grace period is over;
///     `Instant.MAX` for never
/// @param traits what scopes ask about
record Charge(Amounts count, Amounts live, Instant ends, Traits traits) {
  /// @param volumeAttributesClass of a claim; empty for none
  record Traits(
      boolean pod,
      boolean terminating,
      boolean bestEffort,
      String priorityClass,
      boolean crossNamespaceAffinity,
      String volumeAttributesClass) {
    static final Traits NONE = new Traits(false, false, false, "", false, "");
  }

  Amounts at(Instant now) {
    return now.isBefore(ends) ? count.plus(live) : count;
  }
}
