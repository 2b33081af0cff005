package dev.slipway.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.slipway.apiserver.cel.Functions.Parameter;
import dev.slipway.base.Quantity;
import java.math.BigDecimal;
import java.math.BigInteger;

/// Resource quantities. Source: `k8s.io/apiserver/pkg/cel/library/quantity.go`.
final class QuantityLibrary {
  private static final Parameter<Quantity> QUANTITY =
      Parameter.opaque("kubernetes.Quantity", Quantity.class);

  private QuantityLibrary() {}

  static void add(Functions functions) {
    CelType type = QUANTITY.type();
    functions.global(
        "quantity", "string_to_quantity", type, Functions.STRING, QuantityLibrary::parse);
    functions.global(
        "isQuantity",
        "is_quantity_string",
        SimpleType.BOOL,
        Functions.STRING,
        text -> Quantity.parse(text).isPresent());
    functions.global(
        "sign", "quantity_sign", SimpleType.INT, QUANTITY, each -> (long) each.signum());
    functions.member(
        "asApproximateFloat",
        "quantity_get_float",
        SimpleType.DOUBLE,
        QUANTITY,
        each -> each.value().doubleValue());
    functions.member(
        "asInteger", "quantity_get_int", SimpleType.INT, QUANTITY, QuantityLibrary::whole);
    functions.member(
        "isInteger", "quantity_is_integer", SimpleType.BOOL, QUANTITY, QuantityLibrary::isWhole);
    comparisons(functions);
    arithmetic(functions, type);
  }

  private static void comparisons(Functions functions) {
    functions.member(
        "isGreaterThan",
        "quantity_is_greater_than",
        SimpleType.BOOL,
        QUANTITY,
        QUANTITY,
        (left, right) -> left.compareTo(right) > 0);
    functions.member(
        "isLessThan",
        "quantity_is_less_than",
        SimpleType.BOOL,
        QUANTITY,
        QUANTITY,
        (left, right) -> left.compareTo(right) < 0);
    functions.member(
        "compareTo",
        "quantity_compare_to",
        SimpleType.INT,
        QUANTITY,
        QUANTITY,
        (left, right) -> (long) left.compareTo(right));
  }

  private static void arithmetic(Functions functions, CelType type) {
    functions.member("add", "quantity_add", type, QUANTITY, QUANTITY, Quantity::plus);
    functions.member(
        "add",
        "quantity_add_int",
        type,
        QUANTITY,
        Functions.INT,
        (left, right) -> left.plus(Quantity.of(right)));
    functions.member("sub", "quantity_sub", type, QUANTITY, QUANTITY, Quantity::minus);
    functions.member(
        "sub",
        "quantity_sub_int",
        type,
        QUANTITY,
        Functions.INT,
        (left, right) -> left.minus(Quantity.of(right)));
  }

  private static Quantity parse(String text) {
    return Quantity.parse(text)
        .orElseThrow(
            () ->
                Functions.failure(
                    "quantities must match the regular expression"
                        + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"));
  }

  private static boolean isWhole(Quantity quantity) {
    BigDecimal bare = quantity.value().stripTrailingZeros();
    return bare.scale() <= 0 && bare.toBigIntegerExact().bitLength() < Long.SIZE;
  }

  private static long whole(Quantity quantity) {
    if (!isWhole(quantity)) {
      throw Functions.failure("cannot convert value to integer");
    }
    BigInteger exact = quantity.value().toBigIntegerExact();
    return exact.longValueExact();
  }
}
