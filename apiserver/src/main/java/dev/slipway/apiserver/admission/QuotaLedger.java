package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Quantity;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/// How much of each quota is used, always computed from what is stored. Thread-safe.
///
/// What one object uses is remembered per version, so asking again costs a walk over the
/// namespace's objects without reading any of them anew.
public final class QuotaLedger {
  private final Objects objects;
  private final InstantSource clock;
  private final Stored<Quota> quotas;
  private final ConcurrentHashMap<String, Stored<Charge>> charges = new ConcurrentHashMap<>();

  public QuotaLedger(Objects objects, InstantSource clock) {
    this.objects = objects;
    this.clock = clock;
    quotas = new Stored<>(objects, "resourcequotas", Quota::of);
  }

  boolean hasNoQuotas() {
    return quotas.isEmpty();
  }

  List<Quota> quotasIn(String namespace) {
    return quotas.in(namespace);
  }

  Instant now() {
    return clock.instant();
  }

  /// What a namespace uses of everything a ResourceQuota limits.
  ///
  /// @param quota the whole object
  /// @param storageKeys all resources that can be counted
  public Amounts used(ObjectNode quota, String namespace, Collection<String> storageKeys) {
    Quota wanted = Quota.of(quota);
    Amounts used = Amounts.NONE;
    for (String storageKey : storageKeys) {
      Set<String> names = wanted.namesFor(storageKey);
      if (!names.isEmpty()) {
        used = used.plus(used(wanted, namespace, storageKey, Map.of()).only(names));
      }
    }
    Map<String, Quantity> all = new HashMap<>();
    wanted.hard().byName().keySet().forEach(each -> all.put(each, Quantity.ZERO));
    return Amounts.of(all).with(used);
  }

  /// What objects of one resource use of one quota.
  ///
  /// @param pending writes under way by object name; each counts in its greater form
  Amounts used(Quota quota, String namespace, String storageKey, Map<String, Charge> pending) {
    Set<String> names = quota.namesFor(storageKey);
    Sum sum = new Sum(quota, names, now());
    var waiting = new HashMap<String, Charge>(pending);
    Stored<Charge> known = charges(storageKey);
    for (Objects.Version version : objects.list(storageKey, namespace, "", 0, 0).items()) {
      Charge live =
          Charges.dependsOnContent(storageKey) ? known.read(version) : Charges.byNumber(storageKey);
      Charge next = waiting.remove(version.name());
      if (next == null) {
        sum.add(live);
      } else {
        sum.add(live, next);
      }
    }
    waiting.values().forEach(sum::add);
    return sum.total();
  }

  private Stored<Charge> charges(String storageKey) {
    return charges.computeIfAbsent(
        storageKey, key -> new Stored<>(objects, key, object -> Charges.of(key, object)));
  }

  /// Adds up in place: a namespace may hold many thousands of objects.
  private static final class Sum {
    private final Quota quota;
    private final Set<String> names;
    private final Instant now;
    private final Map<String, Quantity> total = new HashMap<>();

    Sum(Quota quota, Set<String> names, Instant now) {
      this.quota = quota;
      this.names = names;
      this.now = now;
    }

    void add(Charge charge) {
      for (String name : names) {
        add(name, amount(charge, name));
      }
    }

    void add(Charge live, Charge next) {
      for (String name : names) {
        Quantity before = amount(live, name);
        Quantity after = amount(next, name);
        add(name, before.compareTo(after) >= 0 ? before : after);
      }
    }

    Amounts total() {
      return Amounts.of(total);
    }

    private void add(String name, Quantity amount) {
      if (amount.signum() != 0) {
        total.merge(name, amount, Quantity::plus);
      }
    }

    private Quantity amount(Charge charge, String name) {
      if (!quota.appliesTo(charge.traits())) {
        return Quantity.ZERO;
      }
      if (charge.count().has(name)) {
        return charge.count().get(name);
      }
      return now.isBefore(charge.ends()) ? charge.live().get(name) : Quantity.ZERO;
    }
  }
}
