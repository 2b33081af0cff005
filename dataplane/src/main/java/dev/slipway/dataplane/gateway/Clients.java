package dev.slipway.dataplane.gateway;

import dev.slipway.net.Request;

/// Who a request came from, for limits: the peer, or what a trusted proxy says of it.
final class Clients {
  private final Networks trusted;

  Clients(Networks trusted) {
    this.trusted = trusted;
  }

  /// The client's address as text.
  String addressOf(Request request) {
    var remote = request.remote().getAddress();
    if (remote == null) {
      return request.remote().getHostString();
    }
    if (trusted.isEmpty() || !trusted.contain(remote)) {
      return remote.getHostAddress();
    }
    return lastUntrusted(request, remote.getHostAddress());
  }

  private String lastUntrusted(Request request, String peer) {
    var passed = String.join(",", request.headers("x-forwarded-for")).split(",", -1);
    var address = peer;
    for (int i = passed.length - 1; i >= 0; i--) {
      var before = passed[i].strip();
      if (before.isEmpty()) {
        continue;
      }
      address = before;
      if (!trusted.contain(before)) {
        break;
      }
    }
    return address;
  }
}
