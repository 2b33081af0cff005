package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.RouteTable.ClientShare;
import dev.slipway.dataplane.gateway.RouteTable.Policy;
import dev.slipway.net.Request;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// What a rule's policy allows: networks, rate, concurrency, size, identity, in this order.
/// Thread-safe; its counters outlive tables that keep the policy.
final class Guard {
  private final Policy policy;
  private final Networks networks;
  private final @Nullable RateLimit rate;
  private final @Nullable IdentityCheck identity;
  private final AtomicInteger inside = new AtomicInteger();
  private final int mostOfOneClient;
  private final Networks unlimited;
  private final Map<String, Integer> clientsInside = new ConcurrentHashMap<>();

  /// @throws IllegalArgumentException if a network or a rate is malformed
  Guard(Policy policy, Identities identities) {
    this.policy = policy;
    networks = Networks.parse(policy.allowedNetworks());
    rate = policy.rate().map(RateLimit::new).orElse(null);
    identity = policy.identity().map(identities::check).orElse(null);
    mostOfOneClient = policy.clientShare().map(ClientShare::most).orElse(0);
    unlimited = Networks.parse(policy.clientShare().map(ClientShare::exempt).orElse(List.of()));
  }

  Policy policy() {
    return policy;
  }

  @Nullable IdentityCheck identity() {
    return identity;
  }

  /// Bytes a body may have.
  long maxBodyBytes() {
    return policy.maxBodyBytes() > 0 ? policy.maxBodyBytes() : Long.MAX_VALUE;
  }

  /// Whether the client's address and the length of the body are to be refused, or its rate.
  @Nullable Refusal refuse(Request request, Clients clients, int limitStatus, long nanos) {
    if (networks.isEmpty() && rate == null) {
      return tooLong(request);
    }
    var client = clients.addressOf(request);
    if (!networks.isEmpty() && !networks.contain(client)) {
      return Refusal.FORBIDDEN_ADDRESS;
    }
    if (rate != null && !rate.admits(client, nanos)) {
      return Refusal.limited(limitStatus, "too many requests from " + client);
    }
    return tooLong(request);
  }

  private @Nullable Refusal tooLong(Request request) {
    if (policy.maxBodyBytes() <= 0) {
      return null;
    }
    var length = request.header("content-length");
    boolean over =
        !length.isEmpty() && length.length() < 19 && Long.parseLong(length) > maxBodyBytes();
    return over ? Refusal.tooLarge(maxBodyBytes()) : null;
  }

  /// Whose requests are counted; `""` where each client may have as many as it likes.
  String countedAs(Request request, Clients clients) {
    if (mostOfOneClient <= 0) {
      return "";
    }
    var client = clients.addressOf(request);
    return !unlimited.isEmpty() && unlimited.contain(client) ? "" : client;
  }

  /// Takes a place among the requests that may run at once.
  ///
  /// @param client as `countedAs` has it; the same leaves
  boolean tryEnter(String client) {
    if (!client.isEmpty() && clientsInside.merge(client, 1, Integer::sum) > mostOfOneClient) {
      leave(client, false);
      return false;
    }
    if (policy.maxConcurrent() <= 0 || inside.incrementAndGet() <= policy.maxConcurrent()) {
      return true;
    }
    leave(client);
    return false;
  }

  void leave(String client) {
    leave(client, policy.maxConcurrent() > 0);
  }

  private void leave(String client, boolean counted) {
    if (counted) {
      inside.decrementAndGet();
    }
    if (!client.isEmpty()) {
      clientsInside.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1);
    }
  }
}
