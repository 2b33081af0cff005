package dev.slipway.apiserver.access.authn;

import dev.slipway.apiserver.access.UserInfo;
import java.util.List;

/// What one way of authenticating makes of a request.
public sealed interface Outcome {
  /// There are no credentials of this kind.
  record Absent() implements Outcome {}

  /// There are, and they are good.
  ///
  /// @param audiences the token's, of those asked for; empty where credentials have none
  record Known(UserInfo user, List<String> audiences) implements Outcome {
    public Known {
      audiences = List.copyOf(audiences);
    }
  }

  /// There are, and they are not good.
  ///
  /// @param why for token reviews and the log; never sent to whoever failed
  record Refused(String why) implements Outcome {}

  Outcome ABSENT = new Absent();
}
