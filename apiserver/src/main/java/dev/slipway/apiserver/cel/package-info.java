/// The Common Expression Language as Kubernetes speaks it: compiled once, evaluated many times.
///
/// ```java
/// CelEnvironment policy = CelEnvironment.builder()
///     .dynamic("object").dynamic("oldObject").dynamic("request").dynamic("params")
///     .dynamic("namespaceObject").authorizer("authorizer").fields("variables", Set.of("limit"))
///     .build();
/// switch (policy.compile("object.spec.replicas <= variables.limit")) {
///   case CelCompilation.Program(CelProgram program) -> program.test(Map.of(
///       "object", objectNode, "variables", new CelLazyFields(Map.of("limit", () -> 5L)), …));
///   case CelCompilation.Refused(String message) -> … // ready for a Problem's detail
/// }
/// ```
///
/// Values: `JsonNode` trees are read lazily, in place; absent objects are given as `NullNode`.
/// An authorizer is a [CelAuthorizer]. Results are plain Java values: `Boolean`, `Long`, `Double`,
/// `String`, `List`, `Map`, `Instant`, `Duration`; [CelValues#toJson] turns one back into JSON.
/// A failed evaluation throws [CelException] with the words of the original implementation.
///
/// Functions beyond the language: Kubernetes' lists, regex, url, quantity, ip, cidr, format,
/// semver,
/// authorizer, and the extensions strings, sets, lists, optional types, two-variable
/// comprehensions.
/// Source: `k8s.io/apiserver/pkg/cel`.
///
/// Read first: [CelEnvironment], [CelProgram], [JsonStruct].
@NullMarked
package dev.slipway.apiserver.cel;

import org.jspecify.annotations.NullMarked;
