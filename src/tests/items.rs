//! The page of one item, whatever its id is made of.

use axum::http::StatusCode;
use serde_json::json;
use sqlx::PgPool;
use tandem::accounts::types::Role;

use super::support::{House, SHOP, ids, list_path};

#[sqlx::test]
async fn an_item_shows_what_goes_with_it_and_where_it_is_recommended(db: PgPool) {
    let house = House::new(db).await;
    let analyst = house.sign_in("ann", Role::Analyst).await;
    let page = analyst.page(&format!("/catalogs/{SHOP}/items/i04")).await;
    let text = page.text();
    for says in [
        "Thing 4",
        "What goes with it?",
        "Where is it recommended?",
        "Cloth",
        "How often lately",
    ] {
        assert!(text.contains(says), "{says}: {text}");
    }
    // The figures are those of the table.
    let table = analyst.api("cooccurrence?item=i04&sort=lift").await;
    let sorted = analyst
        .page(&format!("/catalogs/{SHOP}/items/i04?sort=lift"))
        .await;
    let first = &table["rows"][0];
    let exact = format!("title=\"{}", first["lift"].as_f64().unwrap());
    assert!(sorted.body.contains(&exact), "{exact}");
    // And the lists are those that are served.
    let mut holding = 0;
    for anchor in 1..=12 {
        let list = analyst
            .api(&format!("recommendations?item=i{anchor:02}&k=10"))
            .await;
        holding += usize::from(ids(&list).contains(&"i04".to_owned()));
    }
    let says = format!("Among the first ten of {holding} of 12 lists");
    assert!(text.contains(&says), "{says}: {text}");
    assert!(page.link("Block…").unwrap().contains("item=i04"));
}

#[sqlx::test]
async fn a_block_and_a_pin_show_on_the_items_page(db: PgPool) {
    let house = House::new(db).await;
    let curator = house.sign_in("cora", Role::Curator).await;
    let path = format!("/catalogs/{SHOP}/items/i05");
    let block = json!({
        "kind": "block", "item_id": "i05", "scope": {"kind": "catalog"}, "for": "all",
        "reason": "wrong", "comment": "",
    });
    let made = curator.send_json("POST", "overrides", &block).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let text = curator.page(&path).await.text();
    assert!(
        text.contains("among the first ten of none of the 12 lists"),
        "{text}"
    );
    assert!(text.contains("Overrides that touch it: 1"), "{text}");
    let id = made.json()["id"].to_string();
    let undone = curator
        .send_json("DELETE", &format!("overrides/{id}"), &json!({}))
        .await;
    assert!(undone.status.is_success());
    let pin = json!({
        "kind": "pin", "position": 1, "item_id": "i05", "scope": {"kind": "item", "item_id": "i01"},
        "for": "all", "reason": "business", "comment": "",
    });
    let made = curator.send_json("POST", "overrides", &pin).await;
    let id = made.json()["id"].to_string();
    assert_eq!(ids(&curator.api(&list_path(1)).await)[0], "i05");
    let text = curator.page(&path).await.text();
    assert!(
        text.contains(&format!("Ham & <Eggs> 1 Override {id}")),
        "{text}"
    );
}

#[sqlx::test]
async fn an_item_is_found_whatever_its_id_is_made_of(db: PgPool) {
    let house = House::new(db.clone()).await;
    let odd = ["a/b", "50% off", "ü&?#", "\"><b>"];
    for (from, to) in ["i02", "i03", "i05", "i06"].into_iter().zip(odd) {
        for table in ["interaction", "item_record"] {
            let statement = format!("update {table} set item_id = $2 where item_id = $1");
            let update = sqlx::query(sqlx::AssertSqlSafe(statement))
                .bind(from)
                .bind(to);
            update.execute(&db).await.unwrap();
        }
    }
    sqlx::query("update catalog set last_change = last_change + 1")
        .execute(&db)
        .await
        .unwrap();
    house.follow().await;
    let viewer = house.sign_in("vera", Role::Viewer).await;
    for id in odd {
        let path = tandem::items::paths::page(SHOP, id);
        let page = viewer.page(&path).await;
        assert!(page.body.contains("Its record"), "{id}");
        assert!(!page.body.contains("<b>"), "{id}");
    }
    let gone = viewer.get(&format!("/catalogs/{SHOP}/items/i99")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(gone.text().contains("i99"));
    let unsorted = viewer
        .get(&format!("/catalogs/{SHOP}/items/i01?sort=beauty"))
        .await;
    assert_eq!(unsorted.status, StatusCode::UNPROCESSABLE_ENTITY);
}
