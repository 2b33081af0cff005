package dev.slipway.registry.access;

import java.util.Optional;

/// The platform's identities, known by the tokens they show. Thread-safe.
@FunctionalInterface
public interface Identities {
  /// @param token as a bearer token, or as the password of HTTP's basic scheme
  Optional<Person> of(String token);

  /// No platform: people are those with a password here.
  static Identities none() {
    return _ -> Optional.empty();
  }
}
