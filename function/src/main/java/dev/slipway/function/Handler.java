package dev.slipway.function;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A loaded function.
interface Handler {

  /// @param body as it was sent
  /// @return what the function returned, a future's outcome already
  /// @throws FunctionException 400 where the body does not fit what the function takes
  /// @throws Throwable whatever the function threw
  @Nullable Object call(Map<String, @Nullable Object> event, byte[] body, Context context)
      throws Throwable;
}
