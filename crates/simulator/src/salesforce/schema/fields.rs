//! Fields and what the describe calls say of them.

/// The data type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Record id.
    Id,
    /// One line of text.
    Text,
    /// Several lines of text.
    Area,
    /// Text with markup.
    Html,
    /// One of a list.
    Picklist,
    /// Some of a list.
    Multi,
    /// True or false, never null.
    Bool,
    /// Whole number.
    Int,
    /// Number with a scale.
    Double,
    /// Amount of money.
    Currency,
    /// Per cent; 50 is 50 %.
    Percent,
    /// Day.
    Date,
    /// Second.
    DateTime,
    /// E-mail address.
    Email,
    /// Telephone number.
    Phone,
    /// Web address.
    Url,
    /// Id of another record.
    Reference,
    /// Bytes.
    Base64,
}

impl Kind {
    /// The `type` of the describe call.
    pub(crate) fn api_type(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Text => "string",
            Self::Area | Self::Html => "textarea",
            Self::Picklist => "picklist",
            Self::Multi => "multipicklist",
            Self::Bool => "boolean",
            Self::Int => "int",
            Self::Double => "double",
            Self::Currency => "currency",
            Self::Percent => "percent",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Reference => "reference",
            Self::Base64 => "base64",
        }
    }

    /// The `soapType` of the describe call.
    pub(crate) fn soap_type(self) -> &'static str {
        match self {
            Self::Id | Self::Reference => "tns:ID",
            Self::Bool => "xsd:boolean",
            Self::Int => "xsd:int",
            Self::Double | Self::Currency | Self::Percent => "xsd:double",
            Self::Date => "xsd:date",
            Self::DateTime => "xsd:dateTime",
            Self::Base64 => "xsd:base64Binary",
            _ => "xsd:string",
        }
    }

    /// Whether values are JSON numbers.
    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Double | Self::Currency | Self::Percent)
    }

    /// Whether values are text that a person may have typed.
    pub(crate) fn is_text(self) -> bool {
        !self.is_number()
            && !matches!(
                self,
                Self::Bool
                    | Self::Date
                    | Self::DateTime
                    | Self::Id
                    | Self::Reference
                    | Self::Base64
            )
    }
}

/// A yes-or-no property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flag {
    /// Must be given on create.
    Required,
    /// Never null, for a default fills it.
    Kept,
    /// Set by the platform only.
    ReadOnly,
    /// May be given on create only.
    Once,
    /// External id.
    External,
    /// No two records share a value.
    Unique,
    /// Refuses values outside its list.
    Restricted,
    /// Cannot be used in a `WHERE`.
    NotFilterable,
    /// A number that the platform counts up.
    AutoNumber,
    /// Names the record for people.
    Name,
    /// Finds a record in an upsert or a lookup.
    IdLookup,
}

/// Where the value of a computed field comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    /// Another field over relationships (`Contact.Email`).
    From(Vec<String>),
    /// Text with `{Field}` places.
    Formula(String),
}

/// One field.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// API name.
    pub(crate) name: String,
    /// Label.
    pub(crate) label: String,
    /// Data type.
    pub(crate) kind: Kind,
    /// Characters of text; digits of a number.
    pub(crate) length: u32,
    /// Digits after the point.
    pub(crate) scale: u32,
    /// Properties.
    pub(crate) flags: Vec<Flag>,
    /// Values of a picklist.
    pub(crate) values: Vec<String>,
    /// Value on create when none is given.
    pub(crate) default: Option<String>,
    /// Objects that a reference may point to.
    pub(crate) refers: Vec<String>,
    /// Relationship name to the parent.
    pub(crate) relation: Option<String>,
    /// Relationship name from the parent.
    pub(crate) children: Option<String>,
    /// For a computed field, where its value comes from.
    pub(crate) source: Option<Source>,
}

impl Field {
    /// Whether the field has this property.
    pub(crate) fn has(&self, flag: Flag) -> bool {
        self.flags.contains(&flag)
    }

    /// Whether the API may set it on create.
    pub(crate) fn createable(&self) -> bool {
        !self.has(Flag::ReadOnly) && !self.has(Flag::AutoNumber) && self.source.is_none()
    }

    /// Whether the API may set it later.
    pub(crate) fn updateable(&self) -> bool {
        self.createable() && !self.has(Flag::Once)
    }

    /// Whether it may be null.
    pub(crate) fn nillable(&self) -> bool {
        let system = ["Id", "OwnerId", "CreatedDate", "CreatedById"];
        let stamps = ["LastModifiedDate", "LastModifiedById", "SystemModstamp"];
        !(self.has(Flag::Required)
            || self.has(Flag::Kept)
            || self.has(Flag::AutoNumber)
            || self.kind == Kind::Bool
            || system.contains(&self.name.as_str())
            || stamps.contains(&self.name.as_str()))
    }

    /// Whether the platform fills it on create.
    pub(crate) fn defaulted(&self) -> bool {
        self.default.is_some() || (!self.nillable() && !self.has(Flag::Required))
    }

    /// Whether a reference may point to this object.
    pub(crate) fn refers_to(&self, object: &str) -> bool {
        self.refers.iter().any(|name| name == object)
    }

    /// Whether a reference may point to more than one object.
    pub(crate) fn polymorphic(&self) -> bool {
        self.refers.len() > 1
    }
}
