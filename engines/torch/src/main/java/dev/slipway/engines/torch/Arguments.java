package dev.slipway.engines.torch;

import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.Signature.Spec;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the client's tensor for each argument of `forward`: by its name, by Triton's name with the
/// argument's number (`INPUT__0`), or the only one there is under any name.
final class Arguments {
  private static final Pattern NUMBERED = Pattern.compile("(?i)\\w*?(?:__|[-_])(\\d{1,3})");

  private final List<Forward.Argument> arguments;
  private final int required;

  /// @throws ModelLoadException if `forward` wants what no tensor can be
  Arguments(Forward forward) throws ModelLoadException {
    this.arguments = taken(forward);
    int needed = 0;
    for (int i = 0; i < arguments.size(); i++) {
      needed = arguments.get(i).optional() ? needed : i + 1;
    }
    this.required = needed;
  }

  /// Those up to the first that clients cannot give and need not.
  private static List<Forward.Argument> taken(Forward forward) throws ModelLoadException {
    var taken = new ArrayList<Forward.Argument>();
    boolean open = true;
    for (var each : forward.arguments()) {
      boolean possible =
          each.tensor() || List.of("int", "float", "bool", "str").contains(each.type());
      if (!possible && !each.optional()) {
        throw new ModelLoadException(
            "argument \""
                + each.name()
                + "\" of forward is a "
                + each.type()
                + ", expected Tensor, int, float, bool or str: wrap the module in one that takes"
                + " tensors");
      }
      open &= possible;
      if (open) {
        taken.add(each);
      }
    }
    return taken;
  }

  /// Types and shapes are not part of TorchScript: FP32 and any shape, written `[-1]`, stand for
  /// whatever the module takes.
  List<Spec> specs() {
    var specs = new ArrayList<Spec>();
    for (var each : arguments) {
      var type =
          switch (each.type()) {
            case "int" -> DataType.INT64;
            case "float" -> DataType.FP64;
            case "bool" -> DataType.BOOL;
            case "str" -> DataType.BYTES;
            default -> DataType.FP32;
          };
      specs.add(new Spec(each.name(), type, List.of(each.tensor() ? -1L : 1L), each.optional()));
    }
    return specs;
  }

  Forward.Argument at(int place) {
    return arguments.get(place);
  }

  /// One for each argument up to the last that is given; null where an optional is left out
  /// between.
  @Nullable Tensor[] matched(List<Tensor> given) {
    var found = new @Nullable Tensor[arguments.size()];
    int last = required;
    for (var tensor : given) {
      int place = place(tensor, given.size());
      if (found[place] != null) {
        throw new InvalidInputException("input \"" + tensor.name() + "\" is there twice");
      }
      found[place] = tensor;
      last = Math.max(last, place + 1);
    }
    for (int i = 0; i < last; i++) {
      if (found[i] == null && !arguments.get(i).type().startsWith("Optional[")) {
        throw new InvalidInputException(
            "input \""
                + arguments.get(i).name()
                + "\" is missing: expected "
                + list()
                + "; found "
                + given.stream().map(tensor -> "\"" + tensor.name() + "\"").toList());
      }
    }
    return Arrays.copyOf(found, last);
  }

  private int place(Tensor tensor, int tensors) {
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).name().equals(tensor.name())) {
        return i;
      }
    }
    Matcher numbered = NUMBERED.matcher(tensor.name());
    if (numbered.matches() && Integer.parseInt(numbered.group(1)) < arguments.size()) {
      return Integer.parseInt(numbered.group(1));
    }
    if (tensors == 1 && required <= 1 && !arguments.isEmpty()) {
      return 0;
    }
    throw new InvalidInputException(
        "the module has no input \""
            + tensor.name()
            + "\" (found "
            + tensor.type()
            + " of shape "
            + Arrays.toString(tensor.shape())
            + "); it takes "
            + list()
            + ", also as INPUT__0 and on");
  }

  private String list() {
    return arguments.isEmpty()
        ? "none"
        : String.join(
            ", ", arguments.stream().map(each -> each.name() + ": " + each.type()).toList());
  }
}
