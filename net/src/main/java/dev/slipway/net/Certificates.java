package dev.slipway.net;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The certificates of a server, by the host name a client asks for (SNI): the name itself, else
/// `*.` and the name without its first label, else the one under `""`. Immutable.
final class Certificates {
  private static final Certificates NONE = new Certificates(Map.of());

  private final Map<String, TlsSetup> byHost;

  private Certificates(Map<String, TlsSetup> byHost) {
    this.byHost = byHost;
  }

  static Certificates none() {
    return NONE;
  }

  /// Reads texts; those that `earlier` has read already are taken from there.
  ///
  /// @throws IllegalArgumentException if any is malformed
  static Certificates of(Map<String, ServerSettings.Tls> texts, Certificates earlier) {
    var known = new HashMap<ServerSettings.Tls, TlsSetup>();
    earlier.byHost.values().forEach(setup -> known.put(setup.texts(), setup));
    var setups = new HashMap<String, TlsSetup>();
    texts.forEach(
        (host, tls) ->
            setups.put(host.toLowerCase(Locale.ROOT), known.computeIfAbsent(tls, TlsSetup::new)));
    return new Certificates(setups);
  }

  boolean isEmpty() {
    return byHost.isEmpty();
  }

  /// Every client is presented the same: its name need not be awaited.
  Optional<TlsSetup> only() {
    return byHost.size() == 1 ? Optional.ofNullable(byHost.get("")) : Optional.empty();
  }

  /// @param host null where the client named none
  Optional<TlsSetup> of(@Nullable String host) {
    var name = host == null ? "" : host.toLowerCase(Locale.ROOT);
    var exact = byHost.get(name);
    if (exact != null) {
      return Optional.of(exact);
    }
    int dot = name.indexOf('.');
    var wildcard = dot < 0 ? null : byHost.get("*" + name.substring(dot));
    return Optional.ofNullable(wildcard == null ? byHost.get("") : wildcard);
  }

  /// Those that `later` does not present any more.
  List<TlsSetup> without(Certificates later) {
    Collection<TlsSetup> kept = later.byHost.values();
    return byHost.values().stream().distinct().filter(setup -> !kept.contains(setup)).toList();
  }
}
