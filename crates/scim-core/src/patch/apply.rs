//! Applying operations, one after the other, to a copy.

use super::list::List;
use super::members::Index;
use super::place::{Where, cleared_parts, merge};
use super::work::{spend, steps};
use super::{Effect, Op, Operation, Patch, PatchError, PatchFault, Patched, Target};
use crate::dialect::{Reading, Tolerance};
use crate::path::{Parts, Path, PathFault};
use crate::resource::{Attributes, Name, Resource, Value};
use crate::schema::coerce::{Coercer, Direction};
use crate::schema::{Attribute, Checked, Presence, Resolved, ResourceType, Type, finish};

impl Patch {
    /// Computes the next state of a resource.
    ///
    /// Pure: `current` is not changed, and an error means that no operation
    /// applies (RFC 7644 section 3.5.2, atomicity).
    ///
    /// # Errors
    /// [`PatchError`] with the number of the operation.
    pub fn apply(
        &self,
        current: &Resource,
        resource_type: &ResourceType,
        reading: &mut Reading,
    ) -> Result<Patched, PatchError> {
        let mut applier = Applier {
            next: current.attributes().clone(),
            resource_type,
            reading,
            index: Index::default(),
        };
        for (operation, number) in self.operations.iter().zip(1..) {
            applier
                .operation(operation)
                .map_err(|fault| PatchError::new(number, fault))?;
        }
        applier
            .finish(current)
            .map_err(|fault| PatchError::new(0, fault))
    }
}

struct Applier<'a> {
    next: Attributes,
    resource_type: &'a ResourceType,
    reading: &'a mut Reading,
    index: Index,
}

impl<'a> Applier<'a> {
    /// Checks the outcome as a whole and says whether it differs.
    fn finish(mut self, current: &Resource) -> Result<Patched, PatchFault> {
        self.index.settle(&mut self.next);
        let (types, mut next) = (self.resource_type, self.next);
        finish::schemas(types, &mut next);
        finish::required(types, &next)?;
        finish::immutable(types, &next, Some(current))?;
        finish::primaries(types, &mut next, self.reading)?;
        let effect = if next == *current.attributes() {
            Effect::Unchanged
        } else {
            Effect::Changed
        };
        Ok(Patched {
            next: Checked::assert(Resource::new(next)),
            effect,
        })
    }

    /// One operation; what it does is done to the copy only.
    fn operation(&mut self, operation: &Operation) -> Result<(), PatchFault> {
        let Operation { op, target, value } = operation;
        match target {
            Some(target) => self.targeted(*op, target, value),
            None if *op == Op::Remove => Err(PatchFault::RemoveWithoutPath),
            None if self.reading.allows(Tolerance::PathlessOperation) => self.pathless(*op, value),
            None => Err(PatchFault::PathMissing),
        }
    }

    /// The value names the attributes (RFC 7644 sections 3.5.2.1 and 3.5.2.3).
    fn pathless(&mut self, op: Op, value: &Value) -> Result<(), PatchFault> {
        let fields = value.as_object().ok_or(PatchFault::ValueNotAnObject)?;
        for (name, value) in fields.iter() {
            self.named(op, name, value)?;
        }
        Ok(())
    }

    /// One attribute that a value without a path names: by its name, by an
    /// extension's URN, or by a dotted or qualified key.
    fn named(&mut self, op: Op, name: &Name, value: &Value) -> Result<(), PatchFault> {
        let resource_type = self.resource_type;
        if *name == Name::SCHEMAS {
            return Ok(());
        }
        if let Some(attribute) = resource_type.attribute(name) {
            if attribute.is_read_only() {
                return self.skip_read_only(name, value);
            }
            let place = Where::top(attribute);
            return self.at(op, &place, None, value);
        }
        if let Some(extension) = resource_type.extension(name) {
            return self.extension(op, extension.schema.id(), value);
        }
        let text = name.as_str();
        if !text.contains(['.', ':', '[']) {
            let mut coercer = Coercer::new(resource_type, Direction::Request, self.reading);
            return Ok(coercer.unknown(text, name)?);
        }
        if !self.reading.allows(Tolerance::DottedKeys) {
            return Err(PatchFault::Path(crate::path::PathError::new(
                text,
                PathFault::Unknown,
            )));
        }
        let target = Target::parse_in(text, &super::Limits::default().filter, self.reading)?;
        self.targeted(op, &target, value)
    }

    /// A read-only attribute in a value: harmless when it says what is so.
    fn skip_read_only(&mut self, name: &Name, value: &Value) -> Result<(), PatchFault> {
        let same = self.next.get(name) == Some(value);
        if same || self.reading.allows(Tolerance::ReadOnlyInPatch) {
            Ok(())
        } else {
            Err(PatchFault::ReadOnly(Path::from(name.clone())))
        }
    }

    /// An operation with a path, looked up in the schemas.
    fn targeted(&mut self, op: Op, target: &Target, value: &Value) -> Result<(), PatchFault> {
        let resolved = match self.resource_type.resolve(&target.path) {
            Ok(resolved) => resolved,
            Err(error) => {
                let password = Parts::Plain(&Name::PASSWORD, None);
                return if target.path.parts() == password && error.fault() == PathFault::Unknown {
                    // Never kept, so there is nothing to change.
                    Ok(())
                } else {
                    Err(error.into())
                };
            }
        };
        let Some(attribute) = resolved.attribute else {
            return self.targeted_extension(op, target, &resolved, value);
        };
        let sub = match &target.sub {
            Some(sub) => Some(attribute.sub(sub).ok_or_else(|| {
                crate::path::PathError::new(&target.to_string(), PathFault::NoSubAttribute)
            })?),
            None => resolved.sub,
        };
        if attribute.is_read_only() || sub.is_some_and(Attribute::is_read_only) {
            return Err(PatchFault::ReadOnly(target.path.clone()));
        }
        if attribute.name == Name::SCHEMAS {
            // Follows from what is in use.
            return match op {
                Op::Remove => Err(PatchFault::Required(target.path.clone())),
                _ => Ok(()),
            };
        }
        let place = Where {
            extension: resolved.extension,
            attribute,
            sub,
        };
        self.at(op, &place, target.filter.as_ref(), value)
    }

    /// A path that names an extension and nothing in it.
    fn targeted_extension(
        &mut self,
        op: Op,
        target: &Target,
        resolved: &Resolved<'a>,
        value: &Value,
    ) -> Result<(), PatchFault> {
        match resolved.extension {
            Some(urn) if target.filter.is_none() => self.extension(op, urn, value),
            _ => Err(PatchFault::Path(crate::path::PathError::new(
                &target.to_string(),
                PathFault::Unknown,
            ))),
        }
    }

    /// A whole extension: its attributes are named in the value.
    fn extension(&mut self, op: Op, urn: &'a Name, value: &Value) -> Result<(), PatchFault> {
        let required = |e: &&crate::schema::Extension| e.presence == Presence::Required;
        // An object leaves alone what it does not name, even when all it names is null.
        let absent = value.is_absent() && value.as_object().is_none();
        if op == Op::Remove || absent {
            if op == Op::Add {
                return Ok(());
            }
            if self.resource_type.extension(urn).filter(required).is_some() {
                return Err(PatchFault::Required(Path::from(urn.clone())));
            }
            self.next.remove(urn);
            return Ok(());
        }
        let definitions = self.resource_type.extension(urn).map(|e| &e.schema);
        let (Some(fields), Some(schema)) = (value.as_object(), definitions) else {
            return Err(PatchFault::ValueNotAnObject);
        };
        for (name, value) in fields.iter() {
            match schema.attribute(name) {
                Some(a) if a.is_read_only() => self.skip_read_only(name, value)?,
                Some(attribute) => {
                    let place = Where {
                        extension: Some(urn),
                        attribute,
                        sub: None,
                    };
                    self.at(op, &place, None, value)?;
                }
                None => {
                    let path = format!("{urn}:{name}");
                    let mut coercer =
                        Coercer::new(self.resource_type, Direction::Request, self.reading);
                    coercer.unknown(&path, name)?;
                }
            }
        }
        Ok(())
    }

    /// One attribute, single or list.
    fn at(
        &mut self,
        op: Op,
        place: &Where<'a>,
        filter: Option<&crate::filter::Filter>,
        value: &Value,
    ) -> Result<(), PatchFault> {
        if place.attribute.is_multi() {
            let coercer = Coercer::new(self.resource_type, Direction::Request, self.reading);
            if self
                .index
                .takes(op, place, filter, value, &mut self.next, coercer)?
            {
                return Ok(());
            }
            self.index.settle(&mut self.next);
            return self.list(op, place, filter, value);
        }
        if filter.is_some() {
            return Err(PatchFault::Path(crate::path::PathError::new(
                place.attribute.name.as_str(),
                PathFault::NoSubAttribute,
            )));
        }
        match place.sub {
            Some(sub) => self.single_sub(op, place, sub, value),
            None => self.single(op, place, value),
        }
    }

    /// A list: taken out of the copy, changed, and put back unless it is empty.
    fn list(
        &mut self,
        op: Op,
        place: &Where<'a>,
        filter: Option<&crate::filter::Filter>,
        value: &Value,
    ) -> Result<(), PatchFault> {
        let name = &place.attribute.name;
        let home = place.home(&mut self.next);
        let mut values = match home.get_mut(name).map(std::mem::take) {
            Some(Value::Array(values)) => values,
            _ => Vec::new(),
        };
        spend(self.reading, steps(&values, filter))?;
        let coercer = Coercer::new(self.resource_type, Direction::Request, self.reading);
        let mut list = List::new(place, &mut values, coercer);
        list.apply(op, filter, value)?;
        if values.is_empty() {
            place.clear(&mut self.next);
        } else {
            place
                .home(&mut self.next)
                .insert(name.clone(), Value::Array(values));
        }
        Ok(())
    }

    /// A single value, simple or complex.
    fn single(&mut self, op: Op, place: &Where<'a>, value: &Value) -> Result<(), PatchFault> {
        let attribute = place.attribute;
        if op == Op::Remove {
            if attribute.presence == Presence::Required {
                return Err(PatchFault::Required(place.path()));
            }
            place.clear(&mut self.next);
            return Ok(());
        }
        let mut coercer = Coercer::new(self.resource_type, Direction::Request, self.reading);
        let nulls = cleared_parts(attribute, value);
        let coerced = coercer.value(attribute, value.clone(), &place.place())?;
        match coerced {
            Some(Value::Object(new)) => {
                let home = place.home(&mut self.next);
                let old = home.get_or_insert_with(&attribute.name, Value::default);
                merge(attribute, old, new, &nulls);
                place.prune(&mut self.next);
            }
            Some(new) => {
                let home = place.home(&mut self.next);
                home.insert(attribute.name.clone(), new);
            }
            None if !nulls.is_empty() => {
                let home = place.home(&mut self.next);
                if let Some(old) = home.get_mut(&attribute.name) {
                    merge(attribute, old, Attributes::new(), &nulls);
                }
                place.prune(&mut self.next);
            }
            // Sub-attributes that are not named are left unchanged (RFC 7644 section 3.5.2.3).
            None if attribute.kind == Type::Complex && value.as_object().is_some() => {}
            None if op == Op::Replace => place.clear(&mut self.next),
            None => {}
        }
        Ok(())
    }

    /// A sub-attribute of a single complex value.
    fn single_sub(
        &mut self,
        op: Op,
        place: &Where<'a>,
        sub: &Attribute,
        value: &Value,
    ) -> Result<(), PatchFault> {
        let removes = op == Op::Remove || (op == Op::Replace && value.is_absent());
        if removes {
            if sub.presence == Presence::Required {
                return Err(PatchFault::Required(place.path()));
            }
            let home = place.home(&mut self.next);
            let fields = home
                .get_mut(&place.attribute.name)
                .and_then(Value::as_object_mut);
            if let Some(fields) = fields {
                fields.remove(&sub.name);
            }
            place.prune(&mut self.next);
            return Ok(());
        }
        let mut coercer = Coercer::new(self.resource_type, Direction::Request, self.reading);
        let owner = place.place();
        let coerced = coercer.value(sub, value.clone(), &owner.within(&sub.name))?;
        if let Some(new) = coerced {
            let fresh = Attributes::new().with(sub.name.clone(), new);
            let home = place.home(&mut self.next);
            let old = home.get_or_insert_with(&place.attribute.name, Value::default);
            merge(place.attribute, old, fresh, &[]);
        }
        Ok(())
    }
}
