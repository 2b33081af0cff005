package dev.slipway.apiserver.cel;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.exceptions.CelBadFormatException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Collects the functions of all libraries: what the checker knows of them and what runs.
///
/// Overloads of one name must be bound together, whichever library they come from, or a call on a
/// value of unknown type finds only some of them.
final class Functions {
  /// A parameter: its CEL type and the Java class it arrives as.
  record Parameter<T>(CelType type, Class<T> java) {
    static <T> Parameter<T> opaque(String name, Class<T> java) {
      return new Parameter<>(OpaqueType.create(name), java);
    }
  }

  static final Parameter<String> STRING = new Parameter<>(SimpleType.STRING, String.class);
  static final Parameter<Long> INT = new Parameter<>(SimpleType.INT, Long.class);
  static final Parameter<Boolean> BOOL = new Parameter<>(SimpleType.BOOL, Boolean.class);

  private final Map<String, List<CelOverloadDecl>> declarations = new LinkedHashMap<>();
  private final Map<String, List<CelFunctionBinding>> bindings = new LinkedHashMap<>();

  <A> void global(
      String name,
      String id,
      CelType result,
      Parameter<A> first,
      CelFunctionOverload.Unary<A> body) {
    declare(name, CelOverloadDecl.newGlobalOverload(id, result, first.type()));
    bind(name, CelFunctionBinding.from(id, first.java(), body));
  }

  <A, B> void global(
      String name,
      String id,
      CelType result,
      Parameter<A> first,
      Parameter<B> second,
      CelFunctionOverload.Binary<A, B> body) {
    declare(name, CelOverloadDecl.newGlobalOverload(id, result, first.type(), second.type()));
    bind(name, CelFunctionBinding.from(id, first.java(), second.java(), body));
  }

  void global(String name, String id, CelType result, CelFunctionOverload body) {
    declare(name, CelOverloadDecl.newGlobalOverload(id, result));
    bind(name, CelFunctionBinding.from(id, List.of(), body));
  }

  <A> void member(
      String name,
      String id,
      CelType result,
      Parameter<A> target,
      CelFunctionOverload.Unary<A> body) {
    declare(name, CelOverloadDecl.newMemberOverload(id, result, target.type()));
    bind(name, CelFunctionBinding.from(id, target.java(), body));
  }

  <A, B> void member(
      String name,
      String id,
      CelType result,
      Parameter<A> target,
      Parameter<B> first,
      CelFunctionOverload.Binary<A, B> body) {
    declare(name, CelOverloadDecl.newMemberOverload(id, result, target.type(), first.type()));
    bind(name, CelFunctionBinding.from(id, target.java(), first.java(), body));
  }

  /// A member of three parameters, the target first.
  void member(
      String name,
      String id,
      CelType result,
      List<Parameter<?>> parameters,
      CelFunctionOverload body) {
    List<CelType> types = parameters.stream().<CelType>map(Parameter::type).toList();
    List<Class<?>> classes = parameters.stream().<Class<?>>map(Parameter::java).toList();
    declare(name, CelOverloadDecl.newMemberOverload(id, result, types));
    bind(name, CelFunctionBinding.from(id, classes, body));
  }

  Stream<CelFunctionDecl> declarations() {
    return declarations.entrySet().stream()
        .map(each -> CelFunctionDecl.newFunctionDeclaration(each.getKey(), each.getValue()));
  }

  Stream<CelFunctionBinding> bindings() {
    return bindings.entrySet().stream()
        .flatMap(each -> CelFunctionBinding.fromOverloads(each.getKey(), each.getValue()).stream());
  }

  /// A failure of a function, in words of its own.
  static RuntimeException failure(String message) {
    return new CelBadFormatException(message);
  }

  private void declare(String name, CelOverloadDecl overload) {
    declarations.computeIfAbsent(name, _ -> new ArrayList<>()).add(overload);
  }

  private void bind(String name, CelFunctionBinding binding) {
    bindings.computeIfAbsent(name, _ -> new ArrayList<>()).add(binding);
  }
}
