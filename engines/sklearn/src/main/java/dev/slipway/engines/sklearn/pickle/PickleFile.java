package dev.slipway.engines.sklearn.pickle;

import dev.slipway.base.Bytes;
import dev.slipway.inference.engine.ModelLoadException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Reads pickles and joblib files as values. Start here.
///
/// Implementation note. A pickle is a program for a stack machine; what makes one dangerous is that
/// it may import and call anything. [PickleMachine] has no such instruction: a name becomes a
/// [PyGlobal], a call a [PyObject], and only arrays, scalars and collections become what they are.
/// Sizes are believed only as far as bytes arrive, and every value is charged to a budget.
public final class PickleFile {
  /// What a file holds.
  ///
  /// @param value as [PickleFile#read] gives it
  /// @param memoryBytes the heap it takes, estimated value by value; compression does not count
  public record Contents(@Nullable Object value, long memoryBytes) {}

  private PickleFile() {}

  /// @return the value in the file; [PyObject] says what values there are
  /// @throws ModelLoadException if it is no pickle, is damaged, names a global that no model has,
  /// or needs more than the limits allow; nothing is executed in any case
  public static @Nullable Object read(Path file, PickleLimits limits) throws ModelLoadException {
    return contents(file, limits).value();
  }

  /// As [#read], with what the value takes.
  ///
  /// @throws ModelLoadException as [#read]
  public static Contents contents(Path file, PickleLimits limits) throws ModelLoadException {
    try (var raw = new BufferedInputStream(Files.newInputStream(file))) {
      return read(raw, Files.size(file), limits);
    } catch (PickleException problem) {
      throw new ModelLoadException(file.getFileName() + " is refused: " + problem.getMessage());
    } catch (IOException | UncheckedIOException problem) {
      throw new ModelLoadException(
          file.getFileName() + " cannot be read: " + problem.getMessage(), problem);
    } catch (OutOfMemoryError problem) {
      throw new ModelLoadException(
          file.getFileName() + " needs more memory than there is", problem);
    } catch (RuntimeException problem) {
      throw new ModelLoadException(
          file.getFileName() + " is no pickle, or a damaged one: " + problem.getMessage(), problem);
    }
  }

  private static Contents read(BufferedInputStream raw, long size, PickleLimits limits)
      throws IOException {
    if (size > limits.fileBytes()) {
      throw new PickleException(
          "it has "
              + Bytes.words(size)
              + ", more than the "
              + Bytes.words(limits.fileBytes())
              + " allowed");
    }
    var text = PlainText.found(raw);
    if (text.isPresent()) {
      throw new PickleException(text.get());
    }
    var compression = Compression.of(raw);
    boolean plain = compression == Compression.NONE;
    InputStream expanded = compression.expand(raw);
    var stream = new PickleStream(expanded, plain ? size : limits.expandedBytes(), plain);
    var budget = new Budget(limits.memoryBytes());
    var value = new PickleMachine(stream, budget, limits.depth()).run();
    return new Contents(value, budget.usedBytes());
  }
}
