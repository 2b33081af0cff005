/// CustomResourceDefinitions and what they define: the rules for definitions, the resources each
/// brings, printer columns, and the conditions that say whether its names are its own.
///
/// Read first: [CustomResources], [CustomResourceDefinitionRules], [CrdConditions].
@NullMarked
package dev.slipway.apiserver.custom;

import org.jspecify.annotations.NullMarked;
