//! The words for recipes: how each ranks, and with which parameters.

use crate::models::recipe::Recipe;
use crate::ui::format::count;

/// How a recipe ranks, in a sentence or two.
pub fn ranks(recipe: &Recipe) -> &'static str {
    match recipe {
        Recipe::Live => {
            "It counts how many hold two items together, against how many hold each, and believes \
             less of it where only a few hold both. For several items it adds up. It always has the \
             newest counts."
        }
        Recipe::Neighbours(_) => {
            "Each chosen item speaks for those that are chosen with it most often, for how often each \
             is chosen alone. For several items it adds up."
        }
        Recipe::Ridge(ridge) if ridge.rho.is_none() => {
            "Each chosen item speaks for those that are chosen with it, for how often each is chosen \
             alone. For several items it adds up. It is what the ridge comes to where data has so \
             little structure that its penalty has no end."
        }
        Recipe::Ridge(_) => {
            "It asks of everything that somebody chose what speaks for an item once the others have \
             had their say: a film’s sequel, and not what everybody saw. A penalty keeps it from \
             believing few counts too much."
        }
    }
}

/// The same as a formula.
pub fn formula(recipe: &Recipe) -> &'static str {
    match recipe {
        Recipe::Live => "n_ij / √(n_i · n_j) · n_ij / (n_ij + 3)",
        Recipe::Neighbours(_) => {
            "w_b = length_b^(−basket_size) · 2^(−age_b / half_life)\n\
             W_ij = Σ w_b over baskets with both,  W_i = Σ w_b over those with i,  n_ij = their number\n\
             weight of i for j = W_ij / (W_i^own · W_j^popularity) · n_ij / (n_ij + damping)"
        }
        Recipe::Ridge(ridge) if ridge.rho.is_none() => {
            "weight of i for j = n_ij / (n_i^γ · n_j^(γ(1−τ)))"
        }
        Recipe::Ridge(_) => {
            "λ = ρ · S / U,  d_i = λ · c_i^γ · S / Σ c^(1+γ)\n\
             x = (C_NN + diag(d_N))⁻¹ · C_Nj,  p = 1 / (c_j + d_j − C_jN · x)\n\
             weight of i for j = x_i · p^(1−τ)\n\
             C: counts of pairs, c: of items, S: their sum, U: baskets, N: the neighbours of j"
        }
    }
}

/// The parameters of a recipe: what each is called, and what it is here.
pub fn parameters(recipe: &Recipe) -> Vec<(&'static str, String)> {
    let power = |of: f64| match of {
        0.0 => "not at all".to_owned(),
        0.5 => "by its square root".to_owned(),
        1.0 => "in full".to_owned(),
        power => format!("to the power {power}"),
    };
    match recipe {
        Recipe::Live => Vec::new(),
        Recipe::Neighbours(of) => vec![
            (
                "A chosen item’s own frequency is divided out",
                power(of.own),
            ),
            (
                "The frequency of what is listed is divided out",
                power(of.popularity),
            ),
            (
                "Baskets with both that count half",
                if of.damping == 0.0 {
                    "every one counts in full".to_owned()
                } else {
                    of.damping.to_string()
                },
            ),
            ("Long baskets count less", power(of.basket_size)),
            (
                "A basket counts half after",
                of.half_life_days.map_or_else(
                    || "never, old ones count as new ones do".to_owned(),
                    |days| format!("{days} days"),
                ),
            ),
            (
                "Items that each one speaks for",
                count(of.neighbours as u64),
            ),
        ],
        Recipe::Ridge(of) => {
            let neighbours = ("Neighbours of each item", count(of.neighbours as u64));
            let Some(rho) = of.rho else {
                return vec![
                    ("Penalty (ρ)", "without end: neighbours alone".to_owned()),
                    (
                        "A chosen item’s own frequency is divided out (γ)",
                        power(of.gamma),
                    ),
                    (
                        "The frequency of what is listed is divided out (γ · (1 − τ))",
                        power(of.gamma * (1.0 - of.tau)),
                    ),
                    neighbours,
                ];
            };
            vec![
                (
                    "Penalty (ρ)",
                    format!("{rho} times the mean length of a basket"),
                ),
                (
                    "It grows with how often an item is chosen (γ)",
                    power(of.gamma),
                ),
                (
                    "Items that the others say much about come first (τ)",
                    match of.tau {
                        1.0 => "no: the regression itself, τ = 1".to_owned(),
                        tau => format!("yes, with τ = {tau}"),
                    },
                ),
                neighbours,
            ]
        }
    }
}
