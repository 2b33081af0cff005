package dev.slipway.engines.sklearn.pickle;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The stack machine of pickle protocols 0 to 5 (`Lib/pickletools.py` describes its opcodes) with
/// nothing to call: names stay names, calls become data.
final class PickleMachine {
  private static final int LONGEST_NAME = 1_000;
  private static final int LONGEST_NUMBER = 10_000;
  private static final int LONGEST_LINE = Integer.MAX_VALUE - 16;

  private static final int NEWEST_PROTOCOL = 5;

  private final PickleStream in;
  private final Budget budget;
  private final Reductions reductions;
  private final int depthLeft;
  private final Memo memo = new Memo();
  private List<@Nullable Object> stack = new ArrayList<>();
  private final List<List<@Nullable Object>> marked = new ArrayList<>();

  PickleMachine(PickleStream in, Budget budget, int depthLeft) {
    this.in = in;
    this.budget = budget;
    this.reductions = new Reductions(budget);
    this.depthLeft = depthLeft;
  }

  /// Runs to STOP and gives the value left.
  @Nullable Object run() {
    for (int opcode = in.next(); opcode != '.'; opcode = in.next()) {
      step(opcode);
    }
    return pop();
  }

  private void step(int opcode) {
    switch (opcode) {
      case 0x80 -> protocol(in.next());
      case 0x95 -> in.unsigned(8); // FRAME: a hint for buffering
      case '(' -> mark();
      case '0' -> discard();
      case '1' -> popMark();
      case '2' -> push(top());
      case 'N' -> push(null);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'p' -> memo.put(number(in.text(LONGEST_NUMBER)), top());
      case 'q' -> memo.put(in.next(), top());
      case 'r' -> memo.put(in.unsigned(4), top());
      case 0x94 -> memo.append(top());
      case 'g' -> push(memo.at(number(in.text(LONGEST_NUMBER))));
      case 'h' -> push(memo.at(in.next()));
      case 'j' -> push(memo.at(in.unsigned(4)));
      default -> stepValue(opcode);
    }
  }

  private void stepValue(int opcode) {
    switch (opcode) {
      case 'I' -> push(integerLine(in.text(LONGEST_NUMBER)));
      case 'J' -> push((long) in.signedInt());
      case 'K' -> push((long) in.next());
      case 'M' -> push(in.unsigned(2));
      case 'L' -> push(integer(new BigInteger(longText(in.text(LONGEST_NUMBER)))));
      case 0x8a -> push(longBytes(in.next()));
      case 0x8b -> push(longBytes(in.signedInt()));
      case 'F' -> push(decimal(in.text(LONGEST_NUMBER)));
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.unsigned(8))));
      case 'S' -> push(PickleText.quoted(in.line(LONGEST_LINE)));
      case 'T' -> push(text(in.signedInt(), false));
      case 'U' -> push(text(in.next(), false));
      case 'V' -> push(PickleText.rawUnicode(in.line(LONGEST_LINE)));
      case 'X' -> push(text(in.unsigned(4), true));
      case 0x8c -> push(text(in.next(), true));
      case 0x8d -> push(text(in.unsigned(8), true));
      case 'B' -> push(bytes(in.unsigned(4)));
      case 'C' -> push(bytes(in.next()));
      case 0x8e, 0x96 -> push(bytes(in.unsigned(8)));
      default -> stepContainer(opcode);
    }
  }

  private void stepContainer(int opcode) {
    switch (opcode) {
      case ')' -> push(new PyTuple(List.of()));
      case 't' -> push(new PyTuple(popMark()));
      case 0x85 -> push(tuple(1));
      case 0x86 -> push(tuple(2));
      case 0x87 -> push(tuple(3));
      case ']' -> push(new ArrayList<@Nullable Object>(0));
      case 'l' -> push(new ArrayList<>(popMark()));
      case 'a' -> {
        var value = pop();
        Reductions.append(top(), Collections.singletonList(value));
      }
      case 'e' -> {
        var values = popMark();
        Reductions.append(top(), values);
      }
      case '}' -> push(new LinkedHashMap<@Nullable Object, @Nullable Object>());
      case 'd' -> {
        var pairs = popMark();
        push(new LinkedHashMap<@Nullable Object, @Nullable Object>());
        Reductions.put(top(), pairs);
      }
      case 's' -> {
        var pair = popSome(2);
        Reductions.put(top(), pair);
      }
      case 'u' -> {
        var pairs = popMark();
        Reductions.put(top(), pairs);
      }
      case 0x8f -> push(new LinkedHashSet<@Nullable Object>());
      case 0x90 -> {
        var values = popMark();
        Reductions.add(top(), values);
      }
      case 0x91 -> {
        var set = new LinkedHashSet<@Nullable Object>();
        Reductions.add(set, popMark());
        push(set);
      }
      default -> stepObject(opcode);
    }
  }

  private void stepObject(int opcode) {
    switch (opcode) {
      case 'c' -> {
        var module = in.text(LONGEST_NAME);
        push(GlobalRules.check(module, in.text(LONGEST_NAME)));
      }
      case 0x93 -> {
        var names = popSome(2);
        if (!(names.getFirst() instanceof String module)
            || !(names.get(1) instanceof String name)) {
          throw new PickleException("a global is named by something that is no text");
        }
        push(GlobalRules.check(module, name));
      }
      case 'R' -> {
        var arguments = arguments(pop());
        push(reductions.call(pop(), arguments));
      }
      case 0x81 -> {
        var arguments = arguments(pop());
        push(new PyObject(type(pop()), arguments));
      }
      case 0x92 -> {
        pop(); // keyword arguments
        var arguments = arguments(pop());
        push(new PyObject(type(pop()), arguments));
      }
      case 'i' -> {
        var module = in.text(LONGEST_NAME);
        var type = GlobalRules.check(module, in.text(LONGEST_NAME));
        push(new PyObject(type, popMark()));
      }
      case 'o' -> {
        var values = popMark();
        if (values.isEmpty()) {
          throw new PickleException("an object without a class");
        }
        push(new PyObject(type(values.getFirst()), values.subList(1, values.size())));
      }
      case 'b' -> build();
      default -> refuse(opcode);
    }
  }

  private static void refuse(int opcode) {
    throw new PickleException(
        switch (opcode) {
          case 'P', 'Q' -> "it refers to objects outside of the file (PERSID)";
          case 0x82, 0x83, 0x84 -> "it uses the extension registry (EXT)";
          case 0x97, 0x98 -> "it refers to buffers outside of the file (NEXT_BUFFER)";
          default -> "0x%02x is no opcode of a pickle".formatted(opcode);
        });
  }

  private void protocol(int version) {
    if (version > NEWEST_PROTOCOL) {
      throw new PickleException(
          "it is of protocol " + version + "; protocols 0 to " + NEWEST_PROTOCOL + " are read");
    }
  }

  private void build() {
    var state = pop();
    var target = top();
    reductions.build(target, state);
    if (target instanceof PyObject wrapper && wrapper.name().equals("NumpyArrayWrapper")) {
      var array = JoblibArrays.read(wrapper, in, budget, depthLeft);
      memo.replace(wrapper, array);
      stack.set(stack.size() - 1, array);
    } else if (target instanceof PyObject old
        && (old.name().equals("NDArrayWrapper") || old.name().equals("ZNDArrayWrapper"))) {
      throw new PickleException(
          "it was written by a joblib before 0.10, which keeps arrays in files beside it; write it"
              + " again with a newer joblib");
    }
  }

  private void mark() {
    if (marked.size() >= depthLeft) {
      throw new PickleException("values are nested more than " + depthLeft + " deep");
    }
    budget.charge(2L * Budget.VALUE_BYTES);
    marked.add(stack);
    stack = new ArrayList<>();
  }

  private List<@Nullable Object> popMark() {
    if (marked.isEmpty()) {
      throw new PickleException("a mark is missing");
    }
    var values = stack;
    stack = marked.removeLast();
    return values;
  }

  private void discard() {
    if (stack.isEmpty()) {
      popMark();
    } else {
      pop();
    }
  }

  private void push(@Nullable Object value) {
    budget.charge(Budget.VALUE_BYTES);
    stack.add(value);
  }

  private @Nullable Object top() {
    if (stack.isEmpty()) {
      throw new PickleException("a value is missing on its stack");
    }
    return stack.getLast();
  }

  private @Nullable Object pop() {
    top();
    return stack.removeLast();
  }

  private List<@Nullable Object> popSome(int count) {
    if (stack.size() < count) {
      throw new PickleException("a value is missing on its stack");
    }
    var part = stack.subList(stack.size() - count, stack.size());
    var values = new ArrayList<@Nullable Object>(part);
    part.clear();
    return values;
  }

  private PyTuple tuple(int count) {
    return new PyTuple(popSome(count));
  }

  private static List<@Nullable Object> arguments(@Nullable Object value) {
    return switch (value) {
      case PyTuple(var values) -> values;
      case null, default -> throw new PickleException("arguments of a call are no tuple");
    };
  }

  private static PyGlobal type(@Nullable Object value) {
    return switch (value) {
      case PyGlobal type -> type;
      case null, default -> throw new PickleException("an object's class is no class");
    };
  }

  private String text(long count, boolean unicode) {
    var charset = unicode ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    return new String(bytes(count), charset);
  }

  private byte[] bytes(long count) {
    var bytes = in.bytes(count);
    budget.charge(count);
    return bytes;
  }

  private Object longBytes(int count) {
    if (count < 0 || count > LONGEST_NUMBER) {
      throw new PickleException("an integer of " + count + " bytes");
    }
    var bytes = in.bytes(count);
    for (int i = 0, j = count - 1; i < j; i++, j--) {
      byte swapped = bytes[i];
      bytes[i] = bytes[j];
      bytes[j] = swapped;
    }
    return count == 0 ? 0L : integer(new BigInteger(bytes));
  }

  private static Object integer(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private static String longText(String text) {
    return text.endsWith("L") ? text.substring(0, text.length() - 1) : text;
  }

  private static Object integerLine(String text) {
    return switch (text) {
      case "00" -> false;
      case "01" -> true;
      default -> integer(new BigInteger(longText(text)));
    };
  }

  private static long number(String text) {
    return Long.parseLong(text);
  }

  private static double decimal(String text) {
    return switch (text) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
